import { useEffect, useState } from 'react'
import type { ProcessDetail } from '../../shared/domain/rows.ts'
import { useConnection } from './connection-store.ts'
import { daemon } from './daemon.ts'
import { useRows } from './rows-store.ts'

/**
 * One process whole, asked again whenever it begins, ends or is defined anew. Undefined until the first answer, and for
 * null. With `refreshMs` it is asked again at that pace, too, for what changes by itself (the fingerprint).
 */
export function useProcessDetail(id: string | null, refreshMs: number | null = null): ProcessDetail | undefined {
  const [detail, setDetail] = useState<ProcessDetail>()
  const [round, setRound] = useState(0)
  const moment = useRows(({ processes }) => {
    const row = id === null ? undefined : processes.get(id)
    if (!row) return ''
    const { run, life, alias, argv, state, restart, restartLimit, shutdown } = row
    return JSON.stringify([run, life.kind, alias, argv, state, restart, restartLimit, shutdown])
  })
  const connected = useConnection((state) => state.client.kind === 'connected')
  useEffect(() => {
    if (refreshMs === null) return
    const timer = setInterval(() => setRound((before) => before + 1), refreshMs)
    return () => clearInterval(timer)
  }, [refreshMs])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `moment` and `round` say when the answer has become old
  useEffect(() => {
    if (!connected || id === null) return
    const asking = new AbortController()
    void daemon()
      .call('process.show', { id }, { signal: asking.signal })
      .then((answer) => {
        if (answer.ok && !asking.signal.aborted) setDetail(answer.value)
      })
    return () => asking.abort()
  }, [id, moment, round, connected])
  return detail?.row.id === id ? detail : undefined
}
