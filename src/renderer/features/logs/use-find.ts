import { type RefObject, useCallback, useEffect, useReducer, useRef } from 'react'
import type { LogFindHit, LogStreams } from '../../../shared/contract/contract.ts'
import { daemon } from '../../data/daemon.ts'
import type { FindOptions } from './highlight.ts'

// Typing is not searched letter by letter; new output is searched again at a pace that a large file can bear.
const typingMs = 200
const refreshMs = 3000

export type Find = FindOptions & {
  readonly hits: readonly LogFindHit[]
  /** All hits in the files, also those older than the listed ones. */
  readonly total: number
  /** Index in `hits`; -1 when there is none. */
  readonly current: number
  readonly problem: string | null
  readonly busy: boolean
}

const nothing: Find = {
  query: '',
  regex: false,
  caseSensitive: false,
  hits: [],
  total: 0,
  current: -1,
  problem: null,
  busy: false,
}

type Answer = Pick<Find, 'hits' | 'total' | 'current' | 'problem'>

const same = (a: LogFindHit | null, b: LogFindHit): boolean => a?.stream === b.stream && a.offset === b.offset

/** What is looked for and the hit that was shown last; outlives a change of streams. */
export type FindMemory = { options: FindOptions; shown: LogFindHit | null }

export const noFind = (): FindMemory => ({ options: { query: '', regex: false, caseSensitive: false }, shown: null })

type FindRequest = {
  readonly id: string
  readonly streams: LogStreams
  readonly memory: RefObject<FindMemory>
  /** Changes as the log grows. */
  readonly moment: number
  readonly onJump: (hit: LogFindHit) => void
}

/** Searches the whole log in the daemon. `onJump` is called with the hit to show. */
export function useFind({ id, streams, memory, moment, onJump }: FindRequest) {
  const [find, update] = useReducer((before: Find, change: Partial<Find>): Find => ({ ...before, ...change }), {
    ...nothing,
    ...memory.current.options,
  })
  const show = useRef((_hit: LogFindHit) => {})
  show.current = (hit) => {
    memory.current.shown = hit
    onJump(hit)
  }
  const latest = useRef(find)
  latest.current = find
  const { query, regex, caseSensitive } = find
  memory.current.options = { query, regex, caseSensitive }

  const ask = useCallback(
    async (signal: AbortSignal): Promise<Answer | null> => {
      const answer = await daemon().call(
        'logs.find',
        { target: { id }, streams, query, regex, caseSensitive },
        { signal },
      )
      if (signal.aborted) return null
      if (!answer.ok) return { hits: [], total: 0, current: -1, problem: answer.message }
      const { hits, total } = answer.value
      const { shown } = memory.current
      const kept = hits.findIndex((hit) => same(shown, hit))
      return { hits, total, current: kept >= 0 ? kept : hits.length - 1, problem: null }
    },
    [id, streams, query, regex, caseSensitive, memory],
  )

  useEffect(() => {
    if (query === '') {
      update({ hits: [], total: 0, current: -1, problem: null, busy: false })
      return
    }
    const asking = new AbortController()
    update({ busy: true })
    const timer = setTimeout(async () => {
      const answer = await ask(asking.signal)
      if (!answer) return
      update({ ...answer, busy: false })
      const hit = answer.hits[answer.current]
      if (hit) show.current(hit)
    }, typingMs)
    return () => {
      asking.abort()
      clearTimeout(timer)
    }
  }, [query, ask])

  // biome-ignore lint/correctness/useExhaustiveDependencies: new output makes the answer old
  useEffect(() => {
    if (query === '') return
    const asking = new AbortController()
    const timer = setTimeout(async () => {
      const answer = await ask(asking.signal)
      if (answer) update(answer)
    }, refreshMs)
    return () => {
      asking.abort()
      clearTimeout(timer)
    }
  }, [moment, query, ask])

  const step = (by: 1 | -1) => {
    const { hits, current } = latest.current
    if (hits.length === 0) return
    const next = (current + by + hits.length) % hits.length
    update({ current: next })
    const hit = hits[next]
    if (hit) show.current(hit)
  }
  return { find, update, step }
}

/** `3 of 11`, counted from the oldest hit. */
export const findCount = ({ query, hits, total, current, busy }: Find): string => {
  if (query === '') return ''
  if (hits.length === 0) return busy ? '' : 'No match'
  return `${total - hits.length + current + 1} of ${total}`
}
