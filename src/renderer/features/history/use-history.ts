import { useCallback, useEffect, useReducer, useRef } from 'react'
import { assertNever, type Failure, type Result } from '../../../shared/domain/result.ts'
import type { HistoryEntry, ProcessRow } from '../../../shared/domain/rows.ts'
import { useConnection } from '../../data/connection-store.ts'
import { daemon } from '../../data/daemon.ts'
import { type Pages, withNewest, withOlder } from './history-pages.ts'

/** Entries per question: more than a screen, and little enough to be read at every change. */
const pageSize = 100

export type History = {
  /** Null until the first answer. */
  readonly pages: Pages | null
  /** Why the last question was not answered. */
  readonly failure: Failure | null
  /** Older entries are being read. */
  readonly busy: boolean
}

type Action =
  | { readonly kind: 'newest'; readonly answer: Result<HistoryEntry[]> }
  | { readonly kind: 'asking-older' }
  | { readonly kind: 'older'; readonly answer: Result<HistoryEntry[]> }

const nothing: History = { pages: null, failure: null, busy: false }

function reduce(history: History, action: Action): History {
  switch (action.kind) {
    case 'newest':
      return action.answer.ok
        ? { ...history, pages: withNewest(history.pages, action.answer.value, pageSize), failure: null }
        : { ...history, failure: action.answer }
    case 'asking-older':
      return { ...history, busy: true }
    case 'older':
      return action.answer.ok && history.pages
        ? { pages: withOlder(history.pages, action.answer.value, pageSize), failure: null, busy: false }
        : { ...history, failure: action.answer.ok ? null : action.answer, busy: false }
    default:
      return assertNever(action)
  }
}

/** What a history depends on; measurements are no part of it. */
const momentOf = ({ life, state, alias, restart, restartLimit, argv, notices, waitingFor }: ProcessRow): string =>
  JSON.stringify([life, state, alias, restart, restartLimit, argv, notices, waitingFor])

/** The history of one process, read again whenever its row changes. A component of another process needs another key. */
export function useHistory(
  row: ProcessRow,
): History & { readonly readAgain: () => void; readonly readOlder: () => void } {
  const [history, act] = useReducer(reduce, nothing)
  const [tries, readAgain] = useReducer((count: number) => count + 1, 0)
  const connected = useConnection((state) => state.client.kind === 'connected')
  const { id } = row
  const moment = momentOf(row)
  const oldest = history.pages?.entries.at(-1)?.id ?? null
  const isThere = useRef(true)

  useEffect(() => {
    isThere.current = true
    return () => {
      isThere.current = false
    }
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `moment` and `tries` say when the answer has become old
  useEffect(() => {
    if (!connected) return
    const asking = new AbortController()
    const input = { target: { id }, before: null, limit: pageSize }
    void daemon()
      .call('process.history', input, { signal: asking.signal })
      .then((answer) => asking.signal.aborted || act({ kind: 'newest', answer }))
    return () => asking.abort()
  }, [id, moment, connected, tries])

  const readOlder = useCallback(() => {
    if (oldest === null) return
    act({ kind: 'asking-older' })
    void daemon()
      .call('process.history', { target: { id }, before: oldest, limit: pageSize })
      .then((answer) => isThere.current && act({ kind: 'older', answer }))
  }, [id, oldest])
  return { ...history, readAgain, readOlder }
}
