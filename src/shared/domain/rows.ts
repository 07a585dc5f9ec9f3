import type { Life } from './life.ts'
import type { RunEnd } from './run-end.ts'

/** When a process that ended is started again. Written `0`, `1` and `on-failure` on the command line. */
export const restartPolicies = ['never', 'always', 'on-failure'] as const
export type RestartPolicy = (typeof restartPolicies)[number]

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
  readonly active: boolean
  readonly readOnly: ReadOnlyReason | null
}

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
  readonly shutdown: boolean
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

/** One process whole, for `show NAME` and the Overview tab. */
export type ProcessDetail = {
  readonly row: ProcessRow
  readonly cwd: string
  /** Names only; values are never shown. */
  readonly envNames: readonly string[]
  readonly stopSignal: string
  readonly graceMs: number
  readonly paths: { readonly out: string; readonly err: string; readonly etc: string; readonly pid: string }
  /** Newest first, at most 50. */
  readonly runs: readonly RunRow[]
}
