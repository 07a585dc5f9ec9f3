import type { ProgramIdentity } from './identity.ts'
import type { RunEnd } from './run-end.ts'

/** Who asked: a person through one of the faces, or the supervisor by its own rules. */
export type Actor = 'user' | 'supervisor'

/** A living program of ours: its proven identity and the pid of the shim, which also leads its process group. */
export type Program = { readonly identity: ProgramIdentity; readonly shimPid: number }

/**
 * What the operating system says about a process. A state is a variant: each carries just the data true in it.
 * Times are milliseconds since 1970 UTC.
 */
export type Life =
  /** Recorded, never started. */
  | { readonly kind: 'new' }
  /** Spawn asked or done, the program's own `S` line not yet seen. */
  | { readonly kind: 'starting'; readonly run: number; readonly since: number }
  | { readonly kind: 'up'; readonly run: number; readonly since: number; readonly program: Program }
  | Stopping
  /** Not running because a person or a plan said so. `end` is null when it never ran or its end was not seen. */
  | { readonly kind: 'down'; readonly since: number; readonly reason: string }
  /** Ended by itself. */
  | { readonly kind: 'exited'; readonly run: number; readonly end: RunEnd }
  /** Could not be started. */
  | { readonly kind: 'failed'; readonly since: number; readonly reason: string }
  /** Not yet looked at since the daemon began, or no longer visible. */
  | { readonly kind: 'unknown'; readonly since: number; readonly reason: string; readonly last: 'down' | 'up' }

export type Stopping = {
  readonly kind: 'stopping'
  readonly run: number
  readonly since: number
  /** When the ladder goes on to SIGKILL; null once it has. */
  readonly killAt: number | null
  /** Null while the program has not reported its identity yet. */
  readonly program: Program | null
  readonly by: Actor
  /** What follows the end: stay down, or start the next run (restart). */
  readonly next: 'down' | 'start'
  /** Members that outlived SIGKILL, by pid; empty while all goes well. */
  readonly survivors: readonly number[]
}

export type LifeKind = Life['kind']

/** True while there may be a program that must not be started a second time. */
export function mayBeRunning(life: Life): boolean {
  switch (life.kind) {
    case 'starting':
    case 'up':
    case 'stopping':
    case 'unknown':
      return true
    case 'new':
    case 'down':
    case 'exited':
    case 'failed':
      return false
  }
}
