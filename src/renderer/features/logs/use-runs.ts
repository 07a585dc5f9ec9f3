import { useEffect, useMemo, useRef, useState } from 'react'
import type { ProcessRow, RunRow } from '../../../shared/domain/rows.ts'
import { useConnection } from '../../data/connection-store.ts'
import { daemon } from '../../data/daemon.ts'

/** The runs of each process, newest first, asked again whenever one begins or ends; undefined until the first answer. */
export function useRuns(rows: readonly ProcessRow[]): readonly (readonly RunRow[] | undefined)[] {
  const [known, setKnown] = useState<ReadonlyMap<string, readonly RunRow[]>>(new Map())
  const asked = useRef(new Map<string, string>())
  const connected = useConnection((state) => state.client.kind === 'connected')
  const moments = rows.map(({ id, run, life }) => `${id}\n${run} ${life.kind}`)
  const moment = moments.join('\n\n')
  useEffect(() => {
    if (!connected) {
      asked.current.clear()
      return
    }
    for (const one of moment.split('\n\n')) {
      const [id = '', when = ''] = one.split('\n')
      if (asked.current.get(id) === when) continue
      asked.current.set(id, when)
      void daemon()
        .call('process.show', { id })
        .then((answer) => {
          if (answer.ok) setKnown((before) => new Map(before).set(id, answer.value.runs))
        })
    }
  }, [moment, connected])
  const ids = rows.map(({ id }) => id).join('\n')
  return useMemo(() => ids.split('\n').map((id) => known.get(id)), [ids, known])
}
