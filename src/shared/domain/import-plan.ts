import type { OnLoss, Required } from './dependence.ts'
import type { SavedState } from './fingerprint.ts'
import type { Readiness } from './readiness.ts'
import type { RestartLimit, RestartPolicy } from './restart.ts'

/** What sessions are read from: our own export, and the files of other supervisors. */
export const importFormats = ['procession', 'gutools', 'procfile', 'process-compose', 'supervisord'] as const
export type ImportFormat = (typeof importFormats)[number]

/**
 * One process that a file describes. Null where the file says nothing, which leaves the choice to the defaults of a
 * start. Secrets are real values here; one that the file itself hides is `redacted` (text/redact.ts) and has a note.
 */
export type PlannedProcess = {
  /** A valid alias, unique in the plan. */
  readonly alias: string | null
  /** The name that it had, to be kept; null for one that is made from its URI. */
  readonly name: string | null
  /** What names it, and what to run where `argv` is null. At least one of the two is there. */
  readonly uri: string | null
  /** What to run, also where `uri` says something else: a person may have edited it. */
  readonly argv: readonly string[] | null
  /** Absolute; null: the folder of the session that it goes to. */
  readonly cwd: string | null
  readonly env: Readonly<Record<string, string>>
  readonly restart: RestartPolicy | null
  /** Undefined: not said; null: never give up. */
  readonly restartLimit: RestartLimit | undefined
  readonly shutdown: boolean | null
  /** Whether it gets a terminal. */
  readonly pty: boolean | null
  /** `SIGTERM` ... */
  readonly stopSignal: string | null
  readonly graceMs: number | null
  readonly ready: Readiness | null
  /** False for one that is only recorded until a person starts it. */
  readonly launch: boolean
  readonly states: readonly PlannedState[]
  /** Where the file describes it, from 1; null for a row of a database. */
  readonly line: number | null
}

export type PlannedState = Omit<SavedState, 'savedAt'>

/**
 * Both ends are aliases of the plan, or names where there is no alias. Only in an export of ours the parent may be missing,
 * as it may in a session. Cycles are not looked for.
 */
export type PlannedDependence = {
  readonly parent: string
  readonly required: Required
  readonly child: string
  readonly onLoss: OnLoss
}

/** Something that could not be taken over. Holds no values of the file, which may be secrets. */
export type ImportNote = {
  /** Relative to the folder that was read, or that the file lies in. */
  readonly file: string
  /** From 1; null where there are no lines, or the note is about the whole file. */
  readonly line: number | null
  readonly what: string
  readonly reason: string
}

/** Output of earlier runs that lies beside what was read. */
export type EarlierOutput = {
  /** Name of the process. */
  readonly name: string
  readonly stream: 'out' | 'err'
  /** Absolute. */
  readonly path: string
  readonly bytes: number
}

export type ImportPlan = {
  readonly format: ImportFormat
  readonly processes: readonly PlannedProcess[]
  readonly dependences: readonly PlannedDependence[]
  readonly notes: readonly ImportNote[]
  readonly earlierOutput: readonly EarlierOutput[]
}

/** A process of which nothing is known but how it is called. */
export const plainProcess: PlannedProcess = {
  alias: null,
  name: null,
  uri: null,
  argv: null,
  cwd: null,
  env: {},
  restart: null,
  restartLimit: undefined,
  shutdown: null,
  pty: null,
  stopSignal: null,
  graceMs: null,
  ready: null,
  launch: true,
  states: [],
  line: null,
}
