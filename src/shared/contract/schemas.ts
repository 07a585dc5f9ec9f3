import * as z from 'zod'
import { onLossChoices, type Required } from '../domain/dependence.ts'
import type { LiveFingerprint, SavedState } from '../domain/fingerprint.ts'
import { type GpuRow, type HostKey, type HostRow, type HostState, refusals } from '../domain/host.ts'
import { type AfterStop, actors, failureCauses, type Life, type Stopping } from '../domain/life.ts'
import type { Readiness } from '../domain/readiness.ts'
import { type RestartLimit, restartPolicies } from '../domain/restart.ts'
import type {
  DependenceRow,
  HistoryEntry,
  ProcessDetail,
  ProcessRow,
  RunRow,
  SessionRow,
  Usage,
  WaitingFor,
} from '../domain/rows.ts'
import type { RunEnd } from '../domain/run-end.ts'

// Schemas of what the daemon answers. Tests parse answers with them; the faces only use their types.

const epochMs = z.number().int()
const count = z.number().int().min(0)

const runEndSchema: z.ZodType<RunEnd> = z.strictObject({
  code: z.number().int().nullable(),
  signal: z.string().nullable(),
  at: epochMs,
  reason: z.string().nullable(),
})

const programSchema = z.strictObject({
  identity: z.strictObject({ bootId: z.string(), pid: z.number().int().positive(), startTime: z.string() }),
  shimPid: z.number().int().positive().nullable(),
})

const afterStopSchema: z.ZodType<AfterStop> = z.union([
  z.strictObject({ kind: z.literal('down'), reason: z.string() }),
  z.strictObject({ kind: z.literal('start') }),
  z.strictObject({ kind: z.literal('wait') }),
  z.strictObject({ kind: z.literal('fail'), reason: z.string() }),
])

const stoppingSchema: z.ZodType<Stopping> = z.strictObject({
  kind: z.literal('stopping'),
  run: count,
  since: epochMs,
  killAt: epochMs.nullable(),
  program: programSchema.nullable(),
  by: z.enum(actors),
  next: afterStopSchema,
  survivors: z.array(z.number().int()),
})

const lifeSchema: z.ZodType<Life> = z.union([
  z.strictObject({ kind: z.literal('new') }),
  z.strictObject({ kind: z.literal('blocked'), since: epochMs, isRestart: z.boolean() }),
  z.strictObject({
    kind: z.literal('starting'),
    run: count,
    since: epochMs,
    program: programSchema.nullable(),
    readyBy: epochMs.nullable(),
  }),
  z.strictObject({ kind: z.literal('up'), run: count, since: epochMs, program: programSchema }),
  z.strictObject({ kind: z.literal('paused'), run: count, since: epochMs, program: programSchema }),
  stoppingSchema,
  z.strictObject({ kind: z.literal('backoff'), run: count, since: epochMs, until: epochMs, end: runEndSchema }),
  z.strictObject({ kind: z.literal('down'), since: epochMs, reason: z.string() }),
  z.strictObject({ kind: z.literal('exited'), run: count, end: runEndSchema }),
  z.strictObject({
    kind: z.literal('failed'),
    since: epochMs,
    because: z.enum(failureCauses),
    reason: z.string(),
  }),
  z.strictObject({
    kind: z.literal('ambiguous'),
    run: count,
    since: epochMs,
    candidates: z.array(z.strictObject({ pid: z.number().int(), command: z.string() })),
  }),
  z.strictObject({
    kind: z.literal('unknown'),
    since: epochMs,
    reason: z.string(),
    last: z.enum(['down', 'starting', 'up']),
    program: programSchema.nullable(),
    stop: afterStopSchema.nullable(),
  }),
])

const usageSchema: z.ZodType<Usage> = z.strictObject({
  cpuPct: z.number(),
  rssBytes: z.number(),
  listen: z.array(z.string()),
})

export const sessionRowSchema: z.ZodType<SessionRow> = z.strictObject({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  active: z.boolean(),
  readOnly: z
    .strictObject({ kind: z.enum(['locked', 'unsafe', 'missing', 'damaged', 'copied', 'full']), message: z.string() })
    .nullable(),
  problems: z.array(z.string()),
})

const requiredSchema: z.ZodType<Required> = z.union([
  z.strictObject({ kind: z.literal('up') }),
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('exited'), code: z.literal(0).nullable() }),
  z.strictObject({ kind: z.literal('state'), label: z.string() }),
])

const waitingForSchema: z.ZodType<WaitingFor> = z.union([
  z.strictObject({
    kind: z.literal('parent'),
    id: z.string().nullable(),
    name: z.string(),
    required: requiredSchema,
    now: z.string(),
  }),
  z.strictObject({ kind: z.literal('secrets'), names: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('host'), name: z.string(), now: z.string() }),
])

export const restartLimitSchema: z.ZodType<RestartLimit> = z
  .strictObject({ deaths: z.number().int().min(1).max(1000), withinMs: z.number().int().min(1000).max(86_400_000) })
  .nullable()

export const dependenceRowSchema: z.ZodType<DependenceRow> = z.strictObject({
  sessionId: z.string(),
  parent: z.union([
    z.strictObject({ kind: z.literal('process'), id: z.string() }),
    z.strictObject({ kind: z.literal('missing'), name: z.string() }),
  ]),
  required: requiredSchema,
  childId: z.string(),
  onLoss: z.enum(onLossChoices),
  holds: z.boolean(),
})

const longText = z.string().min(1).max(2000)
const milliseconds = z.number().int().min(10).max(86_400_000)
export const readinessSchema: z.ZodType<Readiness> = z.strictObject({
  check: z.union([
    z.strictObject({ kind: z.literal('port'), port: z.number().int().min(1).max(65_535) }),
    z.strictObject({ kind: z.literal('http'), url: longText }),
    z.strictObject({ kind: z.literal('log'), pattern: longText }),
    z.strictObject({ kind: z.literal('command'), argv: z.array(z.string()).min(1).max(1000) }),
    z.strictObject({ kind: z.literal('expr'), expr: longText }),
  ]),
  intervalMs: milliseconds,
  timeoutMs: milliseconds,
})

const paths = z.array(z.string())
const fingerprintFields = {
  cmdline: z.array(z.string()),
  listen: paths.nullable(),
  established: paths.nullable(),
  udp: paths.nullable(),
  files: paths.nullable(),
}

const liveFingerprintSchema: z.ZodType<LiveFingerprint> = z.strictObject({
  ...fingerprintFields,
  partial: z.boolean(),
  exe: z.string().nullable(),
  cwd: z.string().nullable(),
  uid: count,
  threads: count,
  ppid: count,
  starttime: z.string(),
  boot_id: z.string(),
  rss: count,
  cgroup: z.string().nullable(),
  env_names: z.array(z.string()).nullable(),
})

export const savedStateSchema: z.ZodType<SavedState> = z.strictObject({
  label: z.string(),
  fingerprint: z.strictObject(fingerprintFields).nullable(),
  when: z.string().nullable(),
  ignore: z.array(z.string()),
  require: z.array(z.string()),
  savedAt: epochMs,
})

export const historyEntrySchema: z.ZodType<HistoryEntry> = z.strictObject({
  id: z.number().int(),
  at: epochMs,
  actor: z.enum(actors),
  why: z.string().nullable(),
  what: z.union([
    z.strictObject({ kind: z.literal('life'), event: z.string(), life: lifeSchema }),
    z.strictObject({ kind: z.literal('state'), label: z.string().nullable(), score: z.number().nullable() }),
    z.strictObject({ kind: z.literal('definition'), changed: z.array(z.string()) }),
    z.strictObject({ kind: z.literal('note'), text: z.string() }),
  ]),
})

export const processRowSchema: z.ZodType<ProcessRow> = z.strictObject({
  id: z.string(),
  sessionId: z.string(),
  kind: z.literal('exec'),
  name: z.string(),
  alias: z.string().nullable(),
  host: z.string(),
  pty: z.boolean(),
  uri: z.string(),
  argv: z.array(z.string()),
  life: lifeSchema,
  state: z.string().nullable(),
  score: z.number().nullable(),
  run: count,
  restarts: count,
  restart: z.enum(restartPolicies),
  restartLimit: restartLimitSchema,
  shutdown: z.boolean(),
  waitingFor: z.array(waitingForSchema),
  notices: z.array(z.string()),
  createdAt: epochMs,
  startedAt: epochMs.nullable(),
  lastEnd: runEndSchema.nullable(),
  usage: usageSchema.nullable(),
  cpuHistory: z.array(z.number()),
})

const runRowSchema: z.ZodType<RunRow> = z.strictObject({
  run: count,
  startedAt: epochMs.nullable(),
  endedAt: epochMs.nullable(),
  end: runEndSchema.nullable(),
  pid: z.number().int().nullable(),
  outOffset: count,
  errOffset: count,
})

export const processDetailSchema: z.ZodType<ProcessDetail> = z.strictObject({
  row: processRowSchema,
  cwd: z.string(),
  envNames: z.array(z.string()),
  stopSignal: z.string(),
  graceMs: count,
  ready: readinessSchema.nullable(),
  fingerprint: liveFingerprintSchema.nullable(),
  states: z.array(savedStateSchema),
  parents: z.array(dependenceRowSchema),
  children: z.array(dependenceRowSchema),
  paths: z.strictObject({ out: z.string(), err: z.string(), etc: z.string(), pid: z.string() }),
  runs: z.array(runRowSchema),
})

const hostKeySchema: z.ZodType<HostKey> = z.strictObject({ type: z.string(), fingerprint: z.string() })

const hostStateSchema: z.ZodType<HostState> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('local') }),
  z.strictObject({ kind: z.literal('idle') }),
  z.strictObject({ kind: z.literal('connecting'), since: epochMs }),
  z.strictObject({ kind: z.literal('connected'), since: epochMs }),
  z.strictObject({ kind: z.literal('reconnecting'), since: epochMs, attempt: count, retryAt: epochMs }),
  z.strictObject({ kind: z.literal('unreachable'), since: epochMs, retryAt: epochMs }),
  z.strictObject({
    kind: z.literal('refused'),
    since: epochMs,
    because: z.enum(refusals),
    key: hostKeySchema.nullable(),
  }),
])

const gpuRowSchema: z.ZodType<GpuRow> = z.strictObject({
  index: count,
  name: z.string(),
  utilisationPct: z.number().nullable(),
  memoryUsedBytes: z.number().nullable(),
  memoryTotalBytes: z.number().nullable(),
  temperatureC: z.number().nullable(),
})

export const hostRowSchema: z.ZodType<HostRow> = z.strictObject({
  name: z.string(),
  kind: z.enum(['local', 'ssh']),
  from: z.enum(['local', 'config', 'session', 'ssh-config']),
  state: hostStateSchema,
  address: z.string().nullable(),
  latencyMs: z.number().nullable(),
  cores: count.nullable(),
  load1: z.number().nullable(),
  memory: z.strictObject({ totalBytes: z.number(), usedBytes: z.number() }).nullable(),
  gpus: z.array(gpuRowSchema),
  processes: z.strictObject({ total: count, running: count }),
  lastError: z.strictObject({ at: epochMs, message: z.string(), hint: z.string() }).nullable(),
})

/** What a test of a host found, step by step; the first step that is not `ok` is where it failed. */
export const hostTestSchema = z.strictObject({
  host: hostRowSchema,
  ok: z.boolean(),
  steps: z.array(z.strictObject({ what: z.string(), ok: z.boolean(), detail: z.string() })),
})

export type HostTest = z.output<typeof hostTestSchema>

export { hostKeySchema }

export const rowsSnapshotSchema = z.strictObject({
  sessions: z.array(sessionRowSchema),
  processes: z.array(processRowSchema),
  dependences: z.array(dependenceRowSchema),
  hosts: z.array(hostRowSchema),
})
export type RowsSnapshot = z.output<typeof rowsSnapshotSchema>

export const rowsEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('session'), session: sessionRowSchema }),
  z.strictObject({ kind: z.literal('process'), process: processRowSchema }),
  /** All dependences of one session, after any change in or of them. */
  z.strictObject({
    kind: z.literal('dependences'),
    sessionId: z.string(),
    dependences: z.array(dependenceRowSchema),
  }),
  z.strictObject({ kind: z.literal('process-removed'), id: z.string() }),
  z.strictObject({
    kind: z.literal('usage'),
    id: z.string(),
    usage: usageSchema.nullable(),
    cpuHistory: z.array(z.number()),
  }),
  z.strictObject({ kind: z.literal('host'), host: hostRowSchema }),
  z.strictObject({ kind: z.literal('host-removed'), name: z.string() }),
])
export type RowsEvent = z.output<typeof rowsEventSchema>

/** A place in a feed: numbers of another epoch mean other events. */
export const feedPlaceSchema = z.strictObject({ epoch: z.string(), seq: count })
export type FeedPlace = z.output<typeof feedPlaceSchema>

/** One part of a feed: everything as of (epoch, seq), or the events up to seq that follow what was sent before. */
export type FeedPart<Snapshot, Event> =
  | { readonly epoch: string; readonly seq: number; readonly snapshot: Snapshot }
  | { readonly epoch: string; readonly seq: number; readonly events: Event[] }

export const feedPartSchema = <S extends z.ZodType, E extends z.ZodType>(snapshot: S, event: E) =>
  z.union([
    z.strictObject({ epoch: z.string(), seq: count, snapshot }),
    z.strictObject({ epoch: z.string(), seq: count, events: z.array(event) }),
  ])
