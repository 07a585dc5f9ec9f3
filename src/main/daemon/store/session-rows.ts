import type { Dependence } from '../../../shared/domain/dependence.ts'
import { parseRequired } from '../../../shared/domain/dependence.ts'
import type { Fingerprint, SavedState } from '../../../shared/domain/fingerprint.ts'
import type { Actor, Life } from '../../../shared/domain/life.ts'
import type { MatchRule } from '../../../shared/domain/match-rule.ts'
import type { Readiness } from '../../../shared/domain/readiness.ts'
import type { RestartLimit, RestartMemory, RestartPolicy } from '../../../shared/domain/restart.ts'
import type { HistoryEntry, RunRow } from '../../../shared/domain/rows.ts'
import type { RunEnd } from '../../../shared/domain/run-end.ts'
import type { Definition, ProcessRecord } from './process-record.ts'

// Rows of session.db as SQLite gives them, and what they become.

export type ProcessSqlRow = {
  id: string
  name: string
  alias: string | null
  uri_redacted: string
  uri_hash: string
  secret_ref: string | null
  host: string
  argv_json: string
  exe: string | null
  cwd: string
  env_json: string
  restart: RestartPolicy
  restart_limit_json: string
  ready_json: string
  match_json: string
  restart_memory_json: string
  tag: string | null
  score: number | null
  shutdown: number
  pty: number
  stop_signal: string
  grace_ms: number
  desired: 'up' | 'down'
  life_json: string
  run_no: number
  created_at: number
}

export type RunSqlRow = {
  run_no: number
  pid: number | null
  started_at: number | null
  ended_at: number | null
  exit_code: number | null
  signal: string | null
  reason: string | null
  out_offset: number
  err_offset: number
}

export type MetaSqlRow = {
  uuid: string
  name: string
  machine_id: string
  active: number
  root: string | null
  hostname: string | null
}

/** What a workspace knows about itself. `root` and `hostname` say where it was when it was last opened. */
export type SessionMeta = {
  readonly id: string
  readonly name: string
  readonly machineId: string
  readonly active: boolean
  readonly root: string | null
  readonly hostname: string | null
}

export type StateSqlRow = {
  label: string
  fp_json: string | null
  expr: string | null
  ignore_json: string
  required_json: string
  saved_at: number
}

export type DependenceSqlRow = {
  child_id: string
  parent: string
  parent_missing: number
  state: string
  on_loss: Dependence['onLoss']
}

export type EventSqlRow = { id: number; at: number; actor: Actor; kind: string; data_json: string; why: string | null }

/** Kinds of events that are no moves of the life machine. */
export const stateEvent = 'state'
export const noteEvent = 'note'
export const definitionEvent = 'definition'
/** Of the session as a whole, and so in no process's history. */
export const dependenceEvent = 'dependences'

export const runLimit = 50

export const definitionColumns = `alias = @alias, uri_redacted = @uri, uri_hash = @uriHash, secret_ref = @secretRef, host = @host,
  argv_json = @argv, exe = @exe, cwd = @cwd, env_json = @env, restart = @restart, shutdown = @shutdown,
  stop_signal = @stopSignal, grace_ms = @graceMs, restart_limit_json = @restartLimit, ready_json = @ready,
  match_json = @match, pty = @pty`

export const definitionValues = (definition: Definition) => ({
  alias: definition.alias,
  uri: definition.uri,
  uriHash: definition.uriHash,
  secretRef: definition.secretRef,
  host: definition.host,
  argv: JSON.stringify(definition.argv),
  exe: definition.exe,
  cwd: definition.cwd,
  env: JSON.stringify(definition.env),
  restart: definition.restart,
  restartLimit: JSON.stringify(definition.restartLimit),
  ready: JSON.stringify(definition.ready),
  match: JSON.stringify(definition.match),
  shutdown: definition.shutdown ? 1 : 0,
  pty: definition.pty ? 1 : 0,
  stopSignal: definition.stopSignal,
  graceMs: definition.graceMs,
})

export function recordOf(row: ProcessSqlRow): ProcessRecord {
  return {
    id: row.id,
    name: row.name,
    definition: {
      alias: row.alias,
      uri: row.uri_redacted,
      uriHash: row.uri_hash,
      secretRef: row.secret_ref,
      host: row.host,
      argv: JSON.parse(row.argv_json) as string[],
      exe: row.exe,
      cwd: row.cwd,
      env: JSON.parse(row.env_json) as Record<string, string>,
      restart: row.restart,
      restartLimit: JSON.parse(row.restart_limit_json) as RestartLimit,
      ready: JSON.parse(row.ready_json) as Readiness | null,
      match: JSON.parse(row.match_json) as MatchRule | null,
      shutdown: row.shutdown === 1,
      pty: row.pty === 1,
      stopSignal: row.stop_signal,
      graceMs: row.grace_ms,
    },
    desired: row.desired,
    state: { run: row.run_no, life: JSON.parse(row.life_json) as Life },
    memory: JSON.parse(row.restart_memory_json) as RestartMemory,
    tag: row.tag === null ? null : { label: row.tag, score: row.score ?? 0 },
    createdAt: row.created_at,
  }
}

export const endOf = (row: RunSqlRow): RunEnd | null =>
  row.ended_at === null ? null : { code: row.exit_code, signal: row.signal, at: row.ended_at, reason: row.reason }

export const runOf = (row: RunSqlRow): RunRow => ({
  run: row.run_no,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  end: endOf(row),
  pid: row.pid,
  outOffset: row.out_offset,
  errOffset: row.err_offset,
})

export const stateOf = (row: StateSqlRow): SavedState => ({
  label: row.label,
  fingerprint: row.fp_json === null ? null : (JSON.parse(row.fp_json) as Fingerprint),
  when: row.expr,
  ignore: JSON.parse(row.ignore_json) as string[],
  require: JSON.parse(row.required_json) as string[],
  savedAt: row.saved_at,
})

export const dependenceOf = (row: DependenceSqlRow, sessionId: string): Dependence => ({
  sessionId,
  parent: row.parent_missing === 0 ? { kind: 'process', id: row.parent } : { kind: 'missing', name: row.parent },
  required: parseRequired(row.state),
  childId: row.child_id,
  onLoss: row.on_loss,
})

export function historyEntryOf(row: EventSqlRow): HistoryEntry {
  const { id, at, actor, why } = row
  return { id, at, actor, why, what: whatOf(row.kind, JSON.parse(row.data_json)) }
}

/** `data` was written by this store. */
function whatOf(kind: string, data: unknown): HistoryEntry['what'] {
  switch (kind) {
    case stateEvent:
      return { kind: 'state', ...(data as { label: string | null; score: number | null }) }
    case noteEvent:
      return { kind: 'note', text: (data as { text: string }).text }
    case definitionEvent:
      return { kind: 'definition', changed: (data as { changed: string[] }).changed }
    default:
      return { kind: 'life', event: kind, life: data as Life }
  }
}
