import { type RefObject, useCallback, useEffect, useReducer, useRef } from 'react'
import type { LogStreams } from '../../../shared/contract/contract.ts'
import type { Failure } from '../../../shared/domain/result.ts'
import { formatCount } from '../../../shared/text/numbers.ts'
import { daemon } from '../../data/daemon.ts'
import type { FindOptions } from './highlight.ts'
import { type FindAnswer, type FindHit, search } from './search.ts'

// Typing is not searched letter by letter; new output is searched again at a pace that a large file can bear.
const typingMs = 200
const refreshMs = 3000
// A search may keep the daemon busy for at most a fifth of the time.
const restFactor = 4
// A shorter wait needs no word and no way out.
const slowMs = 800

export type Find = FindOptions & {
  readonly hits: readonly FindHit[]
  /** All hits in the files, also those older than the listed ones. */
  readonly total: number
  /** Index in `hits`; -1 when there is none. */
  readonly current: number
  readonly problem: Failure | null
  /** `slow` when the answer takes so long that it is worth a word. */
  readonly busy: 'no' | 'yes' | 'slow'
  /** Somebody did not want to wait for it. */
  readonly stopped: boolean
}

const noAnswer = { hits: [], total: 0, current: -1, problem: null, busy: 'no', stopped: false } as const

/** What is looked for, and the hit that was shown last and in which logs; outlives a change of streams. */
export type FindMemory = { options: FindOptions; shown: { readonly hit: FindHit; readonly in: string } | null }

export const noFind = (): FindMemory => ({ options: { query: '', regex: false, caseSensitive: false }, shown: null })

/** The hit that was shown last in these logs. */
const shownIn = (memory: FindMemory, key: string): FindHit | null =>
  memory.shown?.in === key ? memory.shown.hit : null

type FindRequest = {
  readonly ids: readonly string[]
  readonly streams: LogStreams
  readonly memory: RefObject<FindMemory>
  /** Changes as the log grows. */
  readonly moment: number
  readonly onJump: (hit: FindHit) => void
}

type Update = (change: Partial<Find>) => void

/** Searches the whole log in the daemon. `onJump` is called with the hit to show. */
export function useFind({ ids, streams, memory, moment, onJump }: FindRequest) {
  const [find, update] = useReducer((before: Find, change: Partial<Find>): Find => ({ ...before, ...change }), {
    ...noAnswer,
    ...memory.current.options,
  })
  const key = ids.join(' ')
  const { query, regex, caseSensitive } = find
  memory.current.options = { query, regex, caseSensitive }
  const show = useLatest((hit: FindHit | undefined) => {
    if (!hit) return
    memory.current.shown = { hit, in: key }
    onJump(hit)
  })
  const latest = useLatest(find)
  const asking = useRef<AbortController | null>(null)
  const restMs = useRef(refreshMs)

  const ask = useCallback(async (): Promise<FindAnswer | Failure | null> => {
    asking.current?.abort()
    const own = new AbortController()
    asking.current = own
    const began = performance.now()
    const options = { query, regex, caseSensitive }
    const answer = await search(daemon(), { ids: key.split(' '), streams, options, signal: own.signal })
    restMs.current = Math.max(refreshMs, (performance.now() - began) * restFactor)
    if (own.signal.aborted) return null
    asking.current = null
    return answer.ok ? answer.value : answer
  }, [key, streams, query, regex, caseSensitive])

  const shown = useCallback(() => shownIn(memory.current, key), [memory, key])
  // Words that were looked for in other logs are counted here; only who looks for them here wants to be taken there.
  const isTakenOver = useRef(query !== '' && shown() === null)
  const start = useCallback(
    () =>
      searchNow({
        ask,
        update,
        shown,
        onFound: (hit) => {
          if (!isTakenOver.current) show.current(hit)
          isTakenOver.current = false
        },
      }),
    [ask, shown, show],
  )

  useEffect(() => {
    if (query === '') {
      update(noAnswer)
      return
    }
    const timer = setTimeout(() => void start(), typingMs)
    return () => {
      clearTimeout(timer)
      asking.current?.abort()
    }
  }, [query, start])
  useRefresh({ moment, isWanted: query !== '', restMs, latest, ask, update, shown })

  const step = (by: 1 | -1) => {
    const { hits, current, stopped } = latest.current
    if (stopped) void start()
    if (hits.length === 0) return
    const next = (current + by + hits.length) % hits.length
    update({ current: next })
    show.current(hits[next])
  }
  const cancel = () => {
    asking.current?.abort()
    update({ ...noAnswer, stopped: true })
  }
  return { find, update, step, cancel }
}

function useLatest<T>(value: T): RefObject<T> {
  const latest = useRef(value)
  latest.current = value
  return latest
}

type Asking = {
  readonly ask: () => Promise<FindAnswer | Failure | null>
  readonly update: Update
  /** The hit that was shown last. */
  readonly shown: () => FindHit | null
}

/** A search that somebody waits for; its last hit, or the one that was shown before, comes into sight. */
async function searchNow({ ask, update, shown, onFound }: Asking & { readonly onFound: (hit?: FindHit) => void }) {
  update({ busy: 'yes', stopped: false, problem: null })
  const slow = setTimeout(() => update({ busy: 'slow' }), slowMs)
  const answer = await ask()
  clearTimeout(slow)
  if (answer === null) return
  const change = changeOf(answer, shown())
  update({ ...change, busy: 'no' })
  onFound(change.hits[change.current])
}

/** New output makes the answer old; it is asked again in the background, but never before the last one has come. */
function useRefresh(
  request: Asking & {
    readonly moment: number
    readonly isWanted: boolean
    readonly restMs: RefObject<number>
    readonly latest: RefObject<Find>
  },
): void {
  const { moment, isWanted } = request
  const current = useLatest(request)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const seen = useRef(moment)
  useEffect(() => {
    if (!isWanted || seen.current === moment || timer.current !== undefined) return
    timer.current = setTimeout(async () => {
      timer.current = undefined
      seen.current = current.current.moment
      const { ask, update, latest, shown } = current.current
      if (latest.current.busy !== 'no' || latest.current.stopped || latest.current.problem) return
      const answer = await ask()
      if (answer !== null) update(changeOf(answer, shown()))
    }, current.current.restMs.current)
  }, [moment, isWanted, current])
  useEffect(() => () => clearTimeout(timer.current), [])
}

function changeOf(answer: FindAnswer | Failure, shown: FindHit | null) {
  if ('ok' in answer) return { hits: [], total: 0, current: -1, problem: answer }
  const { hits, total } = answer
  const kept = hits.findIndex((hit) => hit.file === shown?.file && hit.offset === shown.offset)
  return { hits, total, current: kept >= 0 ? kept : hits.length - 1, problem: null }
}

/** What stands in the field behind the words: `3 of 11`, counted from the oldest hit, or why there is no number. */
export function findWords({ query, hits, total, current, busy, stopped, problem }: Find): string {
  if (query === '') return ''
  if (problem) return ''
  if (stopped) return 'Stopped'
  if (busy === 'slow') return 'Searching…'
  if (hits.length === 0) return busy === 'yes' ? '' : 'No match'
  return `${formatCount(total - hits.length + current + 1)} of ${formatCount(total)}`
}

/** Why there is no answer, in one line. The engine names the whole expression again before the reason. */
export function problemWords({ code, message, hint }: Failure): string {
  if (code !== 'bad_input') return `${message} ${hint}`.trim()
  return `Not a regular expression: ${message.slice(message.lastIndexOf(': ') + 1).trim()}`
}
