import * as z from 'zod'
import { onLossChoices } from '../domain/dependence.ts'
import { hostNamePattern } from '../domain/host.ts'
import { restartPolicies } from '../domain/restart.ts'
import { bytes, call, feed } from './entry.ts'
import {
  dependenceRowSchema,
  feedPartSchema,
  historyEntrySchema,
  hostKeySchema,
  hostRowSchema,
  hostTestSchema,
  processDetailSchema,
  processRowSchema,
  readinessSchema,
  restartLimitSchema,
  rowsEventSchema,
  rowsSnapshotSchema,
  savedStateSchema,
  sessionRowSchema,
} from './schemas.ts'

// Limits: generous for people, small enough that no input can exhaust the daemon.
const path = z.string().min(1).max(4096)
const word = z.string().min(1).max(4096)
const text = z.string().max(131_072)
const reference = z.string().min(1).max(256)
const environment = z.record(z.string().min(1).max(256), text)
const nothing = z.strictObject({})

/** One process: by its id, or as people name it (alias, name or unique prefix) in the session of a folder. */
export const targetSchema = z.union([
  z.strictObject({ id: z.string().min(1).max(64) }),
  z.strictObject({ workspace: path, ref: reference }),
])
export type Target = z.output<typeof targetSchema>

/** As ssh takes it: never an option. */
const hostName = z.string().regex(hostNamePattern)

const targets = z.array(targetSchema).min(1).max(10_000)

/** Environment of the caller that a program may need (PATH, VIRTUAL_ENV, CONDA_*, LD_LIBRARY_PATH, CUDA_*). */
const callerEnvironment = environment

export const startInputSchema = z.strictObject({
  /** Folder of the session. */
  workspace: path,
  /** Exactly one of `uri` and `argv`. */
  uri: z.string().min(1).max(65_536).optional(),
  argv: z.array(text).min(1).max(10_000).optional(),
  /** More argv elements after those of the URI. */
  args: z.array(text).max(10_000).default([]),
  alias: z.string().max(256).optional(),
  name: z.string().max(256).optional(),
  restart: z.enum(restartPolicies).optional(),
  restartLimit: restartLimitSchema.optional(),
  /** Null takes a readiness check away. */
  ready: readinessSchema.nullable().optional(),
  shutdown: z.boolean().optional(),
  cwd: path.optional(),
  env: environment.default({}),
  /** Like `env`, but the values go to the secrets file only. */
  secretEnv: environment.default({}),
  stopSignal: z.string().max(16).optional(),
  graceMs: z.number().int().min(0).max(86_400_000).optional(),
  callerEnv: callerEnvironment.default({}),
  /** Start another run although it seems to run already, after ending that one. */
  force: z.boolean().default(false),
  /** Take a program that runs already and looks like this one for it, instead of refusing. */
  adopt: z.boolean().default(false),
  /** Record the definition without starting it. */
  launch: z.boolean().default(true),
  /** A terminal of its own instead of two log files. Such a program ends with the daemon. */
  pty: z.boolean().optional(),
  /** The machine for `argv`; a URI names its own. Left out: this one. */
  host: z.string().min(1).max(256).optional(),
})
export type StartInput = z.output<typeof startInputSchema>

export const startReportSchema = z.strictObject({
  process: processRowSchema,
  /** Names of settings of a known record that this start changed. */
  changed: z.array(z.string()),
  warnings: z.array(z.string()),
})
export type StartReport = z.output<typeof startReportSchema>

/** What became of each target of a stop or restart, in order. */
export const stopReportSchema = z.strictObject({
  processes: z.array(processRowSchema),
  /** Names of those that are still alive. */
  survivors: z.array(z.strictObject({ name: z.string(), pids: z.array(z.number().int()) })),
})
export type StopReport = z.output<typeof stopReportSchema>

/** How `attach` names a living program: exactly one. */
const programReferenceSchema = z.union([
  z.strictObject({ pid: z.number().int().positive().max(4_194_304) }),
  /** The beginning of its command line, compared as gutools Session does: without spaces and the symbols $ { } @ # ! -. */
  z.strictObject({ cmdline: text.min(1) }),
  z.strictObject({ uri: z.string().min(1).max(65_536) }),
])

export const attachInputSchema = z.strictObject({
  workspace: path,
  /** Null: the living process that `alias` names, whose state is saved. */
  program: programReferenceSchema.nullable(),
  /** The machine where a pid or command line is looked for; a URI names its own. Left out: this one. */
  host: z.string().min(1).max(256).optional(),
  alias: z.string().max(256).optional(),
  state: z.string().max(256).optional(),
  restart: z.enum(restartPolicies).optional(),
  shutdown: z.boolean().optional(),
})
export type AttachInput = z.output<typeof attachInputSchema>

/** What happened so far to a wait; the last part says how it ended. */
export const waitPartSchema = z.discriminatedUnion('kind', [
  /** A sample could not be judged (said once); the wait goes on. */
  z.strictObject({ kind: z.literal('notice'), message: z.string() }),
  z.strictObject({ kind: z.literal('held'), process: processRowSchema }),
  z.strictObject({ kind: z.literal('timeout') }),
  /** It is not running and the caller did not want to wait for a next run, or there is none: it was detached. */
  z.strictObject({ kind: z.literal('ended'), process: processRowSchema }),
])
export type WaitPart = z.output<typeof waitPartSchema>

const importNoteSchema = z.strictObject({
  file: z.string(),
  line: z.number().int().nullable(),
  what: z.string(),
  reason: z.string(),
})

const label = z.string().min(1).max(256)
const inWorkspace = z.strictObject({ workspace: path })
const dependenceNames = {
  workspace: path,
  /** `name` or `name:state`. */
  parents: z.array(reference).min(1).max(1000),
  children: z.array(reference).min(1).max(1000),
}

export const daemonStatusSchema = z.strictObject({
  pid: z.number().int(),
  version: z.string(),
  protocol: z.number().int(),
  home: z.string(),
  socket: z.string(),
  log: z.string(),
  /** Addresses that are listened on, as `http://host:port`. */
  http: z.array(z.string()),
  startedAt: z.number().int(),
  processes: z.strictObject({ total: z.number().int(), running: z.number().int() }),
})
export type DaemonStatus = z.output<typeof daemonStatusSchema>

export const logStreams = ['out', 'err', 'both'] as const
export type LogStreams = (typeof logStreams)[number]

/** Processes whose logs are read together. */
const merged = z.array(targetSchema).min(1).max(64)

/** When the lines were written: not before `since`, and before `until`; milliseconds since 1970 UTC, null: no limit. */
const timeSpan = {
  since: z.number().min(0).nullable().default(null),
  until: z.number().min(0).nullable().default(null),
}

/** What to look for. A regular expression is one of JavaScript. */
const pattern = { query: z.string().min(1).max(1000), regex: z.boolean(), caseSensitive: z.boolean() }

const terminalSize = { cols: z.number().int().min(1).max(1000), rows: z.number().int().min(1).max(1000) }

/** A byte position in each of the two log files of a process. */
export const logPlaceSchema = z.strictObject({ out: z.number().int().min(0), err: z.number().int().min(0) })
export type LogPlace = z.output<typeof logPlaceSchema>

export const logFindHitSchema = z.strictObject({
  stream: z.enum(['out', 'err']),
  /** Where the line begins in its file, and its length in bytes without the newline. */
  offset: z.number().int(),
  length: z.number().int(),
})
export type LogFindHit = z.output<typeof logFindHitSchema>

const logFileInfoSchema = z.strictObject({
  /** First kept byte, and the byte behind the last one: what is before `start` was dropped. */
  start: z.number().int(),
  end: z.number().int(),
  onDiskBytes: z.number().int(),
})

export const logInfoSchema = z.strictObject({
  out: logFileInfoSchema,
  err: logFileInfoSchema,
  /** What both files together may take on disk; null: no limit. */
  limitBytes: z.number().int().nullable(),
  /** `now`: the oldest lines go while it runs. `next-start`: the file system cannot do that, so they go at the next start. */
  bounded: z.enum(['now', 'next-start']),
})
export type LogInfo = z.output<typeof logInfoSchema>

/**
 * Every capability of the daemon, once. Inputs are parsed on arrival; outputs are checked in tests.
 * `bytes` streams of logs send whole lines in parts of at most 64 KiB, laid out as src/shared/contract/log-part.ts says.
 */
export const contract = {
  'daemon.status': call(nothing, daemonStatusSchema),
  /** Ends the daemon; supervised processes go on unless `processes` is true. */
  'daemon.stop': call(z.strictObject({ processes: z.boolean() }), z.strictObject({ survivors: z.number().int() })),

  /** Without `path` the session `name` gets a folder of its own in the home. */
  'sessions.init': call(
    z.strictObject({ path: path.optional(), name: word.optional() }),
    z.strictObject({ session: sessionRowSchema, created: z.boolean() }),
  ),
  'sessions.list': call(nothing, z.array(sessionRowSchema)),
  /** Creates the sample session: two pairs of processes that depend on each other. Its folder is `path`, or one in the home. */
  'sessions.sample': call(
    z.strictObject({ path: path.optional() }),
    z.strictObject({ session: sessionRowSchema, created: z.boolean() }),
  ),
  /**
   * Supervises the session from now on and starts what should be up, after looking for what runs already. Answers when
   * that pass is over; processes may still be blocked or starting. A workspace that this machine has not run before is a
   * conflict (`confirm`) unless `yes`: the message lists what it would run.
   */
  'sessions.activate': call(
    z.strictObject({ workspace: path, yes: z.boolean().default(false) }),
    z.strictObject({
      session: sessionRowSchema,
      alreadyActive: z.boolean(),
      processes: z.array(processRowSchema),
      /** Names of those that were found running. */
      adopted: z.array(z.string()),
    }),
  ),
  /** Stops supervising, then stops what has shutdown 1, children before parents. */
  'sessions.deactivate': call(
    inWorkspace,
    z.strictObject({
      session: sessionRowSchema,
      processes: z.array(processRowSchema),
      survivors: z.array(z.strictObject({ name: z.string(), pids: z.array(z.number().int()) })),
    }),
  ),
  /** Removes files that belong to no process any more, and records and events past their time; `dryRun` only lists them. */
  'sessions.gc': call(
    z.strictObject({ workspace: path, dryRun: z.boolean() }),
    z.strictObject({
      removed: z.array(z.strictObject({ path: z.string(), reason: z.string(), bytes: z.number().int() })),
      events: z.number().int(),
    }),
  ),
  /**
   * Adds what a file or folder of another tool describes; nothing is started. With `strict`, or `dryRun`, notes leave the
   * session as it was.
   */
  'sessions.import': call(
    z.strictObject({ workspace: path, source: path, strict: z.boolean(), dryRun: z.boolean().default(false) }),
    z.strictObject({
      format: z.string(),
      added: z.array(z.string()),
      updated: z.array(z.string()),
      dependences: z.number().int(),
      notes: z.array(importNoteSchema),
    }),
  ),
  /** The session as YAML that `sessions.import` reads back. Without `withSecrets` secret values are dots. */
  'sessions.export': call(
    z.strictObject({ workspace: path, withSecrets: z.boolean() }),
    z.strictObject({ yaml: z.string() }),
  ),

  /** All rows, or those of the session whose workspace is `workspace` or contains it. */
  'rows.list': call(z.strictObject({ workspace: path.optional() }), rowsSnapshotSchema),
  'rows.watch': feed(nothing, feedPartSchema(rowsSnapshotSchema, rowsEventSchema)),

  'process.show': call(targetSchema, processDetailSchema),
  'process.start': call(startInputSchema, startReportSchema),
  /** Starts known processes with their stored definitions. One that runs already is a conflict. */
  'process.startKnown': call(
    z.strictObject({
      targets,
      callerEnv: callerEnvironment.default({}),
      /** As in `process.start`. */
      force: z.boolean().default(false),
      adopt: z.boolean().default(false),
    }),
    z.array(processRowSchema),
  ),
  /** Answers when every target has ended (`wait`) or at once. `now` skips the grace. */
  'process.stop': call(
    z.strictObject({
      targets,
      now: z.boolean(),
      wait: z.boolean(),
      /** Everything that depends on them is stopped first. */
      withChildren: z.boolean().default(false),
    }),
    stopReportSchema,
  ),
  /** Takes a program that runs already into the session, or (`program` null) saves the state of a known process. */
  'process.attach': call(
    attachInputSchema,
    z.strictObject({
      process: processRowSchema,
      /** Label under which its fingerprint was saved; null when no state was asked for. */
      savedState: z.string().nullable(),
      notices: z.array(z.string()),
    }),
  ),
  /** Forgets a process and leaves its program running; `purge` removes its files as well. */
  'process.detach': call(
    z.strictObject({ target: targetSchema, purge: z.boolean() }),
    z.strictObject({ name: z.string(), pid: z.number().int().nullable() }),
  ),
  /**
   * Waits until `condition` (CEL; null: the process is up) holds. `timeoutMs` null: for ever. A condition that cannot be
   * read is `bad_input` before any waiting.
   */
  'process.wait': feed(
    z.strictObject({
      target: targetSchema,
      condition: z.string().max(10_000).nullable(),
      timeoutMs: z.number().positive().max(31_536_000_000).nullable(),
      failOnExit: z.boolean(),
    }),
    waitPartSchema,
  ),
  /** Newest first, at most `limit`, older than the entry `before`. */
  'process.history': call(
    z.strictObject({
      target: targetSchema,
      before: z.number().int().nullable().default(null),
      limit: z.number().int().min(1).max(1000).default(200),
    }),
    z.array(historyEntrySchema),
  ),
  /** Stores values of its secret environment variables; a process that was blocked by them goes on. */
  'process.setSecrets': call(z.strictObject({ target: targetSchema, env: environment }), processRowSchema),

  /** Saves or changes a state that is defined by an expression, or marks elements of a saved one. */
  'states.define': call(
    z.strictObject({
      target: targetSchema,
      label,
      /** Null keeps a saved fingerprint as what defines the state. */
      when: z.string().max(10_000).nullable(),
      ignore: z.array(text).max(1000).optional(),
      require: z.array(text).max(1000).optional(),
    }),
    savedStateSchema,
  ),
  'states.list': call(targetSchema, z.array(savedStateSchema)),
  'states.remove': call(z.strictObject({ target: targetSchema, label }), z.array(savedStateSchema)),

  /** Every parent with every child. What is there already stays as it is, but for an `onLoss` that is given. */
  'dependences.add': call(
    z.strictObject({
      ...dependenceNames,
      onLoss: z.enum(onLossChoices).optional(),
      /** A parent that does not exist yet is waited for instead of refused. */
      allowMissing: z.boolean().default(false),
    }),
    z.strictObject({
      added: z.number().int(),
      /** How many were there already with another `onLoss`. */
      changed: z.number().int(),
      dependences: z.array(dependenceRowSchema),
    }),
  ),
  /** Without a state, every dependence of the pair. `child:state` is taken as the state of the parent, with a notice. */
  'dependences.remove': call(
    z.strictObject(dependenceNames),
    z.strictObject({
      removed: z.number().int(),
      notices: z.array(z.string()),
      dependences: z.array(dependenceRowSchema),
    }),
  ),

  'process.restart': call(z.strictObject({ targets, wait: z.boolean() }), stopReportSchema),

  /**
   * Lines of a process, oldest first: from `from`, or the last `lines` (null: all) of the chosen streams; then, with
   * `follow`, whatever comes. Resumes by `from` after a broken connection.
   */
  'logs.tail': bytes(
    z.strictObject({
      target: targetSchema,
      streams: z.enum(logStreams),
      from: logPlaceSchema.nullable(),
      lines: z.number().int().min(0).max(1_000_000).nullable(),
      follow: z.boolean(),
      ...timeSpan,
    }),
  ),
  /** The same of several processes at once, merged by time. `from` has one place for each target; so has a resume. */
  'logs.merge': bytes(
    z.strictObject({
      targets: merged,
      streams: z.enum(logStreams),
      from: z.array(logPlaceSchema).nullable(),
      lines: z.number().int().min(0).max(1_000_000).nullable(),
      follow: z.boolean(),
      ...timeSpan,
    }),
  ),
  /**
   * Only the lines that match, as they are found, oldest first within each file. From `from` (null: the first kept
   * byte) up to `to` (null: the end now), one place for each target. A pattern that makes no headway for 10 s is a timeout.
   */
  'logs.grep': bytes(
    z.strictObject({
      targets: merged,
      streams: z.enum(logStreams),
      ...pattern,
      from: z.array(logPlaceSchema).nullable().default(null),
      to: z.array(logPlaceSchema).nullable().default(null),
      ...timeSpan,
    }),
  ),
  /** Where the first line begins that was written at `at` or later; null: behind the last line. */
  'logs.place': call(z.strictObject({ target: targetSchema, at: z.number().min(0).nullable() }), logPlaceSchema),
  /** How large the logs of a process are, and what keeps them from growing for ever. */
  'logs.info': call(z.strictObject({ target: targetSchema }), logInfoSchema),
  /** The lines that end at `before`, at most `maxBytes` per stream, oldest first. */
  'logs.before': bytes(
    z.strictObject({
      target: targetSchema,
      streams: z.enum(logStreams),
      before: logPlaceSchema,
      maxBytes: z.number().int().min(1).max(8_388_608),
    }),
  ),
  /** Searches whole files, newest last; `total` counts all hits, `hits` lists at most the last 10,000. */
  'logs.find': call(
    z.strictObject({
      target: targetSchema,
      streams: z.enum(logStreams),
      ...pattern,
    }),
    z.strictObject({ total: z.number().int(), hits: z.array(logFindHitSchema) }),
  ),

  /** What a terminal shows, as raw bytes: the end of what it showed so far, then all that comes. Sets its size. */
  'terminal.output': bytes(z.strictObject({ target: targetSchema, ...terminalSize })),
  /** What a person types, as text. */
  'terminal.input': call(z.strictObject({ target: targetSchema, data: z.string().max(65_536) }), nothing),
  'terminal.resize': call(z.strictObject({ target: targetSchema, ...terminalSize }), nothing),

  /** This machine, those of config.yaml, those that a process names, and the names in ~/.ssh/config. Contacts nobody. */
  'hosts.list': call(nothing, z.array(hostRowSchema)),
  /** Writes it into config.yaml, whose comments stay. `sshConfig` is an OpenSSH configuration file to use instead of the user's. */
  'hosts.add': call(
    z.strictObject({
      name: hostName,
      sshConfig: path.nullable().default(null),
      maxParallel: z.number().int().min(1).max(1000).nullable().default(null),
    }),
    hostRowSchema,
  ),
  /** Takes it out of config.yaml and closes its connection. A conflict while processes of ours may run there. */
  'hosts.remove': call(z.strictObject({ name: hostName }), nothing),
  /** Connects now, whatever was refused before, and says what works there. */
  'hosts.test': call(z.strictObject({ name: hostName }), hostTestSchema),
  /**
   * Without `fingerprint`: the key that the host shows and known_hosts does not list. With it: writes that key into
   * known_hosts, if the host still shows it, and connects. A changed key is a conflict that names the way out.
   */
  'hosts.trust': call(
    z.strictObject({ name: hostName, fingerprint: z.string().max(256).nullable() }),
    z.strictObject({ key: hostKeySchema, trusted: z.boolean() }),
  ),

  /** Opens an HTTP listener for as long as the feed is read. The part names the address with a fresh one-time token. */
  'http.serve': feed(
    z.strictObject({ listen: z.string().min(1).max(256) }),
    z.strictObject({ url: z.string(), address: z.string() }),
  ),
} as const

export type Contract = typeof contract
export type Method = keyof Contract
export type MethodOf<Kind extends 'call' | 'feed' | 'bytes'> = {
  [M in Method]: Contract[M]['kind'] extends Kind ? M : never
}[Method]

/** What a caller passes: fields with defaults may be left out. */
export type InputOf<M extends Method> = z.input<Contract[M]['input']>
/** What a handler gets: parsed, defaults filled in. */
export type ParsedInputOf<M extends Method> = z.output<Contract[M]['input']>
export type OutputOf<M extends MethodOf<'call' | 'feed'>> = z.output<Contract[M]['output']>
