import * as z from 'zod'
import type { Life, Stopping } from '../domain/life.ts'
import {
  type ProcessDetail,
  type ProcessRow,
  type RunRow,
  restartPolicies,
  type SessionRow,
  type Usage,
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
  shimPid: z.number().int().positive(),
})

const stoppingSchema: z.ZodType<Stopping> = z.strictObject({
  kind: z.literal('stopping'),
  run: count,
  since: epochMs,
  killAt: epochMs.nullable(),
  program: programSchema.nullable(),
  by: z.enum(['user', 'supervisor']),
  next: z.enum(['down', 'start']),
  survivors: z.array(z.number().int()),
})

const lifeSchema: z.ZodType<Life> = z.union([
  z.strictObject({ kind: z.literal('new') }),
  z.strictObject({ kind: z.literal('starting'), run: count, since: epochMs }),
  z.strictObject({ kind: z.literal('up'), run: count, since: epochMs, program: programSchema }),
  stoppingSchema,
  z.strictObject({ kind: z.literal('down'), since: epochMs, reason: z.string() }),
  z.strictObject({ kind: z.literal('exited'), run: count, end: runEndSchema }),
  z.strictObject({ kind: z.literal('failed'), since: epochMs, reason: z.string() }),
  z.strictObject({
    kind: z.literal('unknown'),
    since: epochMs,
    reason: z.string(),
    last: z.enum(['down', 'up']),
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
})

export const processRowSchema: z.ZodType<ProcessRow> = z.strictObject({
  id: z.string(),
  sessionId: z.string(),
  kind: z.literal('exec'),
  name: z.string(),
  alias: z.string().nullable(),
  host: z.string(),
  uri: z.string(),
  argv: z.array(z.string()),
  life: lifeSchema,
  state: z.string().nullable(),
  score: z.number().nullable(),
  run: count,
  restarts: count,
  restart: z.enum(restartPolicies),
  shutdown: z.boolean(),
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
  paths: z.strictObject({ out: z.string(), err: z.string(), etc: z.string(), pid: z.string() }),
  runs: z.array(runRowSchema),
})

/** The local machine as the status bar shows it. */
export const hostRowSchema = z.strictObject({ name: z.string(), cores: count, load1: z.number() })
export type HostRow = z.output<typeof hostRowSchema>

export const rowsSnapshotSchema = z.strictObject({
  sessions: z.array(sessionRowSchema),
  processes: z.array(processRowSchema),
  hosts: z.array(hostRowSchema),
})
export type RowsSnapshot = z.output<typeof rowsSnapshotSchema>

export const rowsEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('session'), session: sessionRowSchema }),
  z.strictObject({ kind: z.literal('process'), process: processRowSchema }),
  z.strictObject({ kind: z.literal('process-removed'), id: z.string() }),
  z.strictObject({
    kind: z.literal('usage'),
    id: z.string(),
    usage: usageSchema.nullable(),
    cpuHistory: z.array(z.number()),
  }),
  z.strictObject({ kind: z.literal('host'), host: hostRowSchema }),
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
