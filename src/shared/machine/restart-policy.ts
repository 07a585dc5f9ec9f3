import {
  type AfterEnd,
  noRestarts,
  type RestartLimit,
  type RestartMemory,
  type RestartPolicy,
} from '../domain/restart.ts'
import { assertNever, failure, type Result, success } from '../domain/result.ts'
import { endedWell, type RunEnd } from '../domain/run-end.ts'
import { endSentence } from '../text/detail.ts'
import { formatCount } from '../text/numbers.ts'

/** Reason of the end of a run that was still up when the machine went down. */
export const machineRestarted = 'the machine was restarted'
/** Reason of the end of an attached program: it is nobody's child here, so nobody is told its code. */
export const codeNotObservable = 'attached, code not observable'

/** A life shorter than this is an early death: the program hardly got going. */
export const earlyDeathMs = 10_000
/** A life of this length shows that the program works: what came before it is forgotten. */
export const longRunMs = 60_000
/** The second restart in a row waits this long, each later one twice as long as the one before. */
const firstDelayMs = 1000
/** No delay grows beyond this, jitter aside: a person who mends the cause should not have to wait long. */
const longestDelayMs = 60_000
/** So much of a delay is left to chance, either way, that processes that died together do not start together. */
const jitterShare = 0.2
/** No restart is planned later than this after now, jitter included. */
export const longestBackoffMs = longestDelayMs * (1 + jitterShare)

/** More deaths than this need not be remembered. */
const mostDeaths = 1000
const mostSeconds = 86_400

export type EndedRun = {
  readonly policy: RestartPolicy
  readonly limit: RestartLimit
  readonly memory: RestartMemory
  readonly end: RunEnd
  /** When the run began, milliseconds since 1970 UTC; null when it never got up, which is an early death. */
  readonly startedAt: number | null
  /** Now, milliseconds since 1970 UTC. */
  readonly at: number
  /** Chance for the delay, from 0 to below 1. */
  readonly jitter: number
}

/**
 * What the restart policy says about the end of a run that nobody asked for, and what it remembers from then on. Pure.
 * A clock that was set back between start, end and now can make a life look negative: such a life is of unknown length,
 * neither early death nor long run, and no restart is planned later than `longestBackoffMs` from now.
 */
export function afterEnd(ended: EndedRun): { readonly next: AfterEnd; readonly memory: RestartMemory } {
  const { policy, limit, end, jitter } = ended
  // Ended while nobody looked: the delay has been running since. A clock set back since: it begins now.
  const endedAt = Math.min(ended.at, end.at)
  if (!isRestartWanted(policy, end)) return { next: { kind: 'stay' }, memory: noRestarts }
  if (end.reason === machineRestarted) return { next: { kind: 'restart', at: endedAt }, memory: noRestarts }

  const livedMs = ended.startedAt === null ? null : endedAt - ended.startedAt
  const before = livedMs !== null && livedMs >= longRunMs ? noRestarts : ended.memory
  const earlyDeaths = deathsThatCount(before.earlyDeaths, endedAt, isEarlyDeath(livedMs), limit)
  if (limit !== null && earlyDeaths.length >= limit.deaths) {
    return { next: { kind: 'give-up', reason: crashLoopReason(limit, end) }, memory: noRestarts }
  }
  return {
    next: { kind: 'restart', at: endedAt + delayMs(before.attempts, jitter) },
    memory: { attempts: before.attempts + 1, earlyDeaths },
  }
}

function isRestartWanted(policy: RestartPolicy, end: RunEnd): boolean {
  switch (policy) {
    case 'never':
      return false
    case 'always':
      return true
    case 'on-failure':
      return !endedWell(end) && end.reason !== codeNotObservable
    default:
      return assertNever(policy)
  }
}

/** `livedMs` null: it never got up. Below 0 the clock was set back, and nobody knows. */
const isEarlyDeath = (livedMs: number | null): boolean => livedMs === null || (livedMs >= 0 && livedMs < earlyDeathMs)

/**
 * The early deaths that can still make a crash loop, oldest first, this one included. One that lies in the future was
 * noted before the clock was set back; it would stay within the limit until the clock has caught up, so it is dropped.
 */
function deathsThatCount(
  earlier: readonly number[],
  endedAt: number,
  isEarly: boolean,
  limit: RestartLimit,
): readonly number[] {
  if (limit === null) return []
  const recent = earlier.filter((death) => death <= endedAt && endedAt - death <= limit.withinMs)
  return (isEarly ? [...recent, endedAt] : recent).slice(-limit.deaths)
}

/** 0 for the first restart in a row, then 1, 2, 4 ... 60 s, each up to a fifth shorter or longer. Whole milliseconds. */
function delayMs(attempts: number, jitter: number): number {
  if (attempts <= 0) return 0
  const planned = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempts - 1))
  return Math.round(planned * (1 - jitterShare + 2 * jitterShare * jitter))
}

function crashLoopReason({ deaths, withinMs }: Exclude<RestartLimit, null>, end: RunEnd): string {
  const sentence = endSentence(end)
  const last = sentence.charAt(0).toLowerCase() + sentence.slice(1)
  const early = `less than ${earlyDeathMs / 1000} s`
  if (deaths === 1) return `Ended after ${early}: it ${last}`
  const within = `${formatCount(withinMs / 1000)} s`
  return `Ended ${formatCount(deaths)} times within ${within}, each after ${early}; the last time it ${last}`
}

/** Reads `5/60` (so many early deaths within so many seconds) or `none`. Failures are `bad_input`. */
export function parseRestartLimit(text: string): Result<RestartLimit> {
  if (text === 'none') return success(null)
  const [, deathsText, secondsText] = /^(\d+)\/(\d+)$/.exec(text) ?? []
  if (deathsText === undefined || secondsText === undefined) {
    return badLimit(`The restart limit "${text}" is neither "none" nor of the form N/SECONDS in whole numbers.`)
  }
  const deaths = Number(deathsText)
  const seconds = Number(secondsText)
  if (deaths < 1 || deaths > mostDeaths) {
    return badLimit(
      `The restart limit "${text}" names ${deathsText} deaths; 1 to ${formatCount(mostDeaths)} are possible.`,
    )
  }
  if (seconds < 1 || seconds > mostSeconds) {
    return badLimit(
      `The restart limit "${text}" names ${secondsText} seconds; 1 to ${formatCount(mostSeconds)} (a day) are possible.`,
    )
  }
  return success({ deaths, withinMs: seconds * 1000 })
}

const badLimit = (message: string) =>
  failure('bad_input', message, 'Write it like 5/60 (give up after 5 early deaths within 60 seconds), or none')

/** The inverse of `parseRestartLimit`: `5/60`, `none`. */
export const restartLimitText = (limit: RestartLimit): string =>
  limit === null ? 'none' : `${limit.deaths}/${limit.withinMs / 1000}`
