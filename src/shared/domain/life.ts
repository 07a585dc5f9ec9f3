import type { ProgramIdentity } from './identity.ts'
import { assertNever } from './result.ts'
import type { RunEnd } from './run-end.ts'

/** Who asked: a person through one of the faces, or the supervisor by its own rules. */
export const actors = ['user', 'supervisor'] as const
export type Actor = (typeof actors)[number]

/**
 * A living program of ours: its proven identity and the pid of the shim, which also leads its process group. The shim is
 * null for a program that somebody else started and that was attached: its group may hold strangers.
 */
export type Program = { readonly identity: ProgramIdentity; readonly shimPid: number | null }

/**
 * What the operating system says about a process. A state is a variant: each carries just the data true in it.
 * Times are milliseconds since 1970 UTC.
 */
export type Life =
  /** Recorded, never started. */
  | { readonly kind: 'new' }
  /** Wanted, but something must come first: its row says what it waits for. */
  | {
      readonly kind: 'blocked'
      readonly since: number
      /** True where this continues what an earlier start began. */
      readonly isRestart: boolean
    }
  | Starting
  | { readonly kind: 'up'; readonly run: number; readonly since: number; readonly program: Program }
  /** Stopped by a signal (SIGSTOP, Ctrl-Z) that somebody else sent; it goes on after SIGCONT. */
  | { readonly kind: 'paused'; readonly run: number; readonly since: number; readonly program: Program }
  | Stopping
  /** Ended; the restart policy starts it again at `until`. */
  | {
      readonly kind: 'backoff'
      readonly run: number
      readonly since: number
      readonly until: number
      readonly end: RunEnd
    }
  /** Not running because a person or a plan said so. */
  | { readonly kind: 'down'; readonly since: number; readonly reason: string }
  /** Ended by itself. */
  | { readonly kind: 'exited'; readonly run: number; readonly end: RunEnd }
  /** Could not be started, was not ready in time, or ended too often too early. */
  | { readonly kind: 'failed'; readonly since: number; readonly because: FailureCause; readonly reason: string }
  /** Several programs could be this one, and starting another copy could be a duplicate: a person must choose. */
  | {
      readonly kind: 'ambiguous'
      readonly run: number
      readonly since: number
      readonly candidates: readonly { readonly pid: number; readonly command: string }[]
    }
  /** Not yet looked at since the daemon began, or no longer visible. */
  | Unknown

/** What was known last stays beside it, for the moment when it can be looked at again. */
export type Unknown = {
  readonly kind: 'unknown'
  readonly since: number
  readonly reason: string
  readonly last: 'down' | 'starting' | 'up'
  /** The program that ran when it was last seen. */
  readonly program: Program | null
  /** A stop that was under way, and what was to follow it: it is asked again. */
  readonly stop: AfterStop | null
}

export const failureCauses = ['could-not-start', 'not-ready', 'crash-loop'] as const
export type FailureCause = (typeof failureCauses)[number]

export type Starting = {
  readonly kind: 'starting'
  readonly run: number
  readonly since: number
  /** Null until the program has reported itself; later only while it runs and is not ready. */
  readonly program: Program | null
  /** When a program that is not ready has failed; null before it runs, and where nothing says what ready means. */
  readonly readyBy: number | null
}

/** What follows the end of a stop. */
export type AfterStop =
  /** Stay down. */
  | { readonly kind: 'down'; readonly reason: string }
  /** Start the next run (restart). */
  | { readonly kind: 'start' }
  /** Start again as soon as what it depends on allows it. */
  | { readonly kind: 'wait' }
  /** The run failed for this reason (not ready in time): the restart policy decides. */
  | { readonly kind: 'fail'; readonly reason: string }

export type Stopping = {
  readonly kind: 'stopping'
  readonly run: number
  readonly since: number
  /** When the ladder goes on to SIGKILL; null once it has. */
  readonly killAt: number | null
  /** Null while the program has not reported its identity yet. */
  readonly program: Program | null
  readonly by: Actor
  readonly next: AfterStop
  /** Members that outlived SIGKILL, by pid; empty while all goes well. */
  readonly survivors: readonly number[]
}

export type LifeKind = Life['kind']

/** The living program, as far as it is known. */
export function programOf(life: Life): Program | null {
  switch (life.kind) {
    case 'starting':
    case 'up':
    case 'paused':
    case 'stopping':
      return life.program
    case 'new':
    case 'blocked':
    case 'backoff':
    case 'down':
    case 'exited':
    case 'failed':
    case 'ambiguous':
    case 'unknown':
      return null
    default:
      return assertNever(life)
  }
}

/** True while there may be a program that must not be started a second time. */
export function mayBeRunning(life: Life): boolean {
  switch (life.kind) {
    case 'starting':
    case 'up':
    case 'paused':
    case 'stopping':
    case 'ambiguous':
    case 'unknown':
      return true
    case 'new':
    case 'blocked':
    case 'backoff':
    case 'down':
    case 'exited':
    case 'failed':
      return false
    default:
      return assertNever(life)
  }
}

/** True where a stop has something to do: a program that may run, or a start that is still to come. */
export const canBeStopped = (life: Life): boolean =>
  mayBeRunning(life) || life.kind === 'blocked' || life.kind === 'backoff'

/** True where nothing more happens until somebody asks for it. */
export function isAtRest(life: Life): boolean {
  return !canBeStopped(life)
}
