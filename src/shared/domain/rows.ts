import type { Dependence, Required } from './dependence.ts'
import type { LiveFingerprint, SavedState } from './fingerprint.ts'
import type { Actor, Life } from './life.ts'
import type { Readiness } from './readiness.ts'
import type { RestartLimit, RestartPolicy } from './restart.ts'
import type { RunEnd } from './run-end.ts'

/** Why a workspace is only shown and not supervised here. */
export type ReadOnlyReason = {
  readonly kind: 'locked' | 'unsafe' | 'missing' | 'damaged' | 'copied' | 'full'
  readonly message: string
}

/** A session: a named group of processes that lives in one folder. */
export type SessionRow = {
  readonly id: string
  readonly name: string
  /** Absolute path of the workspace. */
  readonly path: string
  /** False after `deactivate`: nothing of it is started or restarted by itself. */
  readonly active: boolean
  readonly readOnly: ReadOnlyReason | null
  /** What is wrong with files that a person edited, one sentence each; the last good settings hold. */
  readonly problems: readonly string[]
}

/** Something that must come before a process may be launched. */
export type WaitingFor =
  | {
      readonly kind: 'parent'
      /** Null for a parent that does not exist yet. */
      readonly id: string | null
      readonly name: string
      readonly required: Required
      /** What the parent is now, in one or two words (`starting`, `running`, `does not exist`). */
      readonly now: string
    }
  /** Values that are not on this machine. */
  | { readonly kind: 'secrets'; readonly names: readonly string[] }
  /** The machine that it runs on; `now` says in words what it does (`is unreachable`). */
  | { readonly kind: 'host'; readonly name: string; readonly now: string }

/** What the tree of a process uses right now. */
export type Usage = {
  /** Percent of one core, over the last sample. */
  readonly cpuPct: number
  /** PSS of the tree in bytes, RSS where that is unreadable. */
  readonly rssBytes: number
  /** `ip:port` that the tree listens on. */
  readonly listen: readonly string[]
}

/** One process as lists show it. Everything in it is redacted. */
export type ProcessRow = {
  readonly id: string
  readonly sessionId: string
  readonly kind: 'exec'
  readonly name: string
  readonly alias: string | null
  readonly host: string
  /** It has a terminal, which ends with the daemon. */
  readonly pty: boolean
  readonly uri: string
  /** The redacted command line. */
  readonly argv: readonly string[]
  readonly life: Life
  /** Label of the saved state that matches, and its score; null when none does. */
  readonly state: string | null
  readonly score: number | null
  readonly run: number
  readonly restarts: number
  readonly restart: RestartPolicy
  readonly restartLimit: RestartLimit
  readonly shutdown: boolean
  /** What a process that is blocked waits for; empty in every other life. */
  readonly waitingFor: readonly WaitingFor[]
  /** What a person should know about it, one sentence each (`definition changed`, attached output). */
  readonly notices: readonly string[]
  readonly createdAt: number
  /** Start of the latest run. */
  readonly startedAt: number | null
  /** End of the last finished run, also while a newer run is up. */
  readonly lastEnd: RunEnd | null
  /** Null while nothing runs or nothing has been measured yet. */
  readonly usage: Usage | null
  /** Recent CPU percentages, oldest first, for the sparkline. */
  readonly cpuHistory: readonly number[]
}

/** What the user calls it. */
export const displayName = (row: { readonly alias: string | null; readonly name: string }): string =>
  row.alias ?? row.name

/** One finished or current run, for the exit history. */
export type RunRow = {
  readonly run: number
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly end: RunEnd | null
  readonly pid: number | null
  /** Where this run's output begins in the two log files, in bytes. */
  readonly outOffset: number
  readonly errOffset: number
}

/** A dependence, and whether its parent is now what it must be. */
export type DependenceRow = Dependence & { readonly holds: boolean }

/** One thing that happened to a process, with who did it and why. */
export type HistoryEntry = {
  readonly id: number
  /** Milliseconds since 1970 UTC. */
  readonly at: number
  readonly actor: Actor
  /** E.g. `restart policy`, `master.tws is operative`; null where `actor` says it all. */
  readonly why: string | null
  readonly what: /** `event` is the kind of what happened (src/shared/machine/life-event.ts); `life` is what it led to. */
    | { readonly kind: 'life'; readonly event: string; readonly life: Life }
    | { readonly kind: 'state'; readonly label: string | null; readonly score: number | null }
    | { readonly kind: 'definition'; readonly changed: readonly string[] }
    | { readonly kind: 'note'; readonly text: string }
}

/** One process whole, for `show NAME` and the Overview tab. */
export type ProcessDetail = {
  readonly row: ProcessRow
  readonly cwd: string
  /** Names only; values are never shown. */
  readonly envNames: readonly string[]
  readonly stopSignal: string
  readonly graceMs: number
  readonly ready: Readiness | null
  /** Taken while this was asked; null when nothing runs. */
  readonly fingerprint: LiveFingerprint | null
  readonly states: readonly SavedState[]
  /** What it depends on, and what depends on it. */
  readonly parents: readonly DependenceRow[]
  readonly children: readonly DependenceRow[]
  readonly paths: { readonly out: string; readonly err: string; readonly etc: string; readonly pid: string }
  /** Newest first, at most 50. */
  readonly runs: readonly RunRow[]
}
