import { randomUUID } from 'node:crypto'
import type Database from 'better-sqlite3'
import type { Actor, Life, Program } from '../../../shared/domain/life.ts'
import type { RestartPolicy, RunRow } from '../../../shared/domain/rows.ts'
import type { RunEnd } from '../../../shared/domain/run-end.ts'
import type { ProcessState } from '../../../shared/machine/life-machine.ts'
import type { Definition, ProcessRecord } from './process-record.ts'

type ProcessSqlRow = {
  id: string
  name: string
  alias: string | null
  uri_redacted: string
  uri_hash: string
  secret_ref: string | null
  host: string
  argv_json: string
  cwd: string
  env_json: string
  restart: RestartPolicy
  shutdown: number
  stop_signal: string
  grace_ms: number
  desired: 'up' | 'down'
  life_json: string
  run_no: number
  created_at: number
}

type RunSqlRow = {
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

const runLimit = 50

const definitionColumns = `alias = @alias, uri_redacted = @uri, uri_hash = @uriHash, secret_ref = @secretRef, host = @host,
  argv_json = @argv, cwd = @cwd, env_json = @env, restart = @restart, shutdown = @shutdown,
  stop_signal = @stopSignal, grace_ms = @graceMs`

const definitionValues = (definition: Definition) => ({
  alias: definition.alias,
  uri: definition.uri,
  uriHash: definition.uriHash,
  secretRef: definition.secretRef,
  host: definition.host,
  argv: JSON.stringify(definition.argv),
  cwd: definition.cwd,
  env: JSON.stringify(definition.env),
  restart: definition.restart,
  shutdown: definition.shutdown ? 1 : 0,
  stopSignal: definition.stopSignal,
  graceMs: definition.graceMs,
})

function recordOf(row: ProcessSqlRow): ProcessRecord {
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
      cwd: row.cwd,
      env: JSON.parse(row.env_json) as Record<string, string>,
      restart: row.restart,
      shutdown: row.shutdown === 1,
      stopSignal: row.stop_signal,
      graceMs: row.grace_ms,
    },
    desired: row.desired,
    state: { run: row.run_no, life: JSON.parse(row.life_json) as Life },
    createdAt: row.created_at,
  }
}

const endOf = (row: RunSqlRow): RunEnd | null =>
  row.ended_at === null ? null : { code: row.exit_code, signal: row.signal, at: row.ended_at, reason: row.reason }

const runOf = (row: RunSqlRow): RunRow => ({
  run: row.run_no,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  end: endOf(row),
  pid: row.pid,
  outOffset: row.out_offset,
  errOffset: row.err_offset,
})

/** Everything that is read from and written to one `session.db`. All calls are synchronous and throw SqliteError. */
export type SessionStore = ReturnType<typeof createSessionStore>

export function createSessionStore(database: Database.Database) {
  const readMeta = database.prepare<[], { uuid: string; name: string; machine_id: string }>(
    'SELECT uuid, name, machine_id FROM meta',
  )
  const insertMeta = database.prepare('INSERT INTO meta (uuid, name, machine_id, created_at) VALUES (?, ?, ?, ?)')
  const selectProcesses = database.prepare<[], ProcessSqlRow>('SELECT * FROM processes ORDER BY created_at, name')
  const insertProcess = database.prepare(`INSERT INTO processes (id, name, alias, uri_redacted, uri_hash, secret_ref,
      host, argv_json, cwd, env_json, restart, shutdown, stop_signal, grace_ms, desired, life_json, run_no, created_at, updated_at)
    VALUES (@id, @name, @alias, @uri, @uriHash, @secretRef, @host, @argv, @cwd, @env, @restart, @shutdown,
      @stopSignal, @graceMs, @desired, @life, @run, @at, @at)`)
  const updateDefinition = database.prepare(
    `UPDATE processes SET ${definitionColumns}, updated_at = @at WHERE id = @id`,
  )
  const updateState = database.prepare(
    'UPDATE processes SET life_json = @life, run_no = @run, desired = @desired, updated_at = @at WHERE id = @id',
  )
  const insertIncarnation = database.prepare('INSERT INTO incarnations (id, process_id, created_at) VALUES (?, ?, ?)')
  const endIncarnation = database.prepare(
    'UPDATE incarnations SET ended_at = @at, result = @result WHERE process_id = @id AND ended_at IS NULL',
  )
  const openIncarnation = database.prepare<[string], { id: string }>(
    'SELECT id FROM incarnations WHERE process_id = ? AND ended_at IS NULL ORDER BY created_at DESC LIMIT 1',
  )
  const insertRun =
    database.prepare(`INSERT INTO runs (process_id, run_no, incarnation_id, intended_at, out_offset, err_offset)
    VALUES (@id, @run, @incarnation, @at, @outOffset, @errOffset)`)
  const startRun = database.prepare(`UPDATE runs SET pid = @pid, start_time = @startTime, boot_id = @bootId,
    started_at = coalesce(started_at, @at) WHERE process_id = @id AND run_no = @run`)
  const endRun = database.prepare(`UPDATE runs SET ended_at = @at, exit_code = @code, signal = @signal, reason = @reason
    WHERE process_id = @id AND run_no = @run AND ended_at IS NULL`)
  const selectRuns = database.prepare<[string, number], RunSqlRow>(
    'SELECT * FROM runs WHERE process_id = ? ORDER BY run_no DESC LIMIT ?',
  )
  const selectLastEnd = database.prepare<[string], RunSqlRow>(
    'SELECT * FROM runs WHERE process_id = ? AND ended_at IS NOT NULL ORDER BY run_no DESC LIMIT 1',
  )
  const countRuns = database.prepare<[string, string], { runs: number }>(`SELECT count(*) AS runs FROM runs
    WHERE process_id = ? AND incarnation_id = (
      SELECT incarnation_id FROM runs WHERE process_id = ? ORDER BY run_no DESC LIMIT 1)`)
  const insertEvent = database.prepare(
    'INSERT INTO events (at, process_id, actor, kind, data_json) VALUES (?, ?, ?, ?, ?)',
  )

  return {
    /** Null in a database that was just created. */
    meta(): { readonly id: string; readonly name: string; readonly machineId: string } | null {
      const row = readMeta.get()
      return row ? { id: row.uuid, name: row.name, machineId: row.machine_id } : null
    },
    initialise(id: string, name: string, machineId: string, at: number): void {
      insertMeta.run(id, name, machineId, at)
    },
    processes: (): ProcessRecord[] => selectProcesses.all().map(recordOf),
    addProcess(record: ProcessRecord): void {
      insertProcess.run({
        ...definitionValues(record.definition),
        id: record.id,
        name: record.name,
        desired: record.desired,
        life: JSON.stringify(record.state.life),
        run: record.state.run,
        at: record.createdAt,
      })
    },
    setDefinition(id: string, definition: Definition, at: number): void {
      updateDefinition.run({ ...definitionValues(definition), id, at })
    },
    /** The state, with the run's own columns when the move began, identified or ended one. One transaction. */
    saveMove: database.transaction((move: SavedMove): void => {
      updateState.run({
        id: move.processId,
        life: JSON.stringify(move.state.life),
        run: move.state.run,
        desired: move.desired,
        at: move.at,
      })
      if (move.intent) {
        let incarnation = openIncarnation.get(move.processId)?.id
        if (incarnation === undefined || move.intent.newIncarnation) {
          endIncarnation.run({ id: move.processId, at: move.at, result: 'undefined' })
          incarnation = randomUUID()
          insertIncarnation.run(incarnation, move.processId, move.at)
        }
        insertRun.run({
          id: move.processId,
          run: move.state.run,
          incarnation,
          at: move.at,
          outOffset: move.intent.outOffset,
          errOffset: move.intent.errOffset,
        })
      }
      if (move.program) {
        const { pid, startTime, bootId } = move.program.identity
        startRun.run({ id: move.processId, run: move.runNumber, pid, startTime, bootId, at: move.at })
      }
      if (move.end) {
        const { at, code, signal, reason } = move.end
        endRun.run({ id: move.processId, run: move.runNumber, at, code, signal, reason })
      }
      if (move.result) endIncarnation.run({ id: move.processId, at: move.at, result: move.result })
      insertEvent.run(move.at, move.processId, move.actor, move.kind, JSON.stringify(move.state.life))
    }),
    /** Newest first, at most 50. */
    runs: (processId: string): RunRow[] => selectRuns.all(processId, runLimit).map(runOf),
    lastEnd(processId: string): RunEnd | null {
      const row = selectLastEnd.get(processId)
      return row ? endOf(row) : null
    },
    /** Runs of the newest incarnation beyond its first. */
    restarts: (processId: string): number => Math.max(0, (countRuns.get(processId, processId)?.runs ?? 0) - 1),
    close: (): void => {
      database.close()
    },
  }
}

/** One move of the life machine, as it is written down. */
export type SavedMove = {
  readonly processId: string
  readonly at: number
  readonly actor: Actor
  /** What happened, for the history: the kind of the event. */
  readonly kind: string
  readonly state: ProcessState
  readonly desired: 'up' | 'down'
  /** The run that `program` and `end` belong to. */
  readonly runNumber: number
  /** Set when this move begins a run: written before the program is spawned. */
  readonly intent: { readonly newIncarnation: boolean; readonly outOffset: number; readonly errOffset: number } | null
  readonly program: Program | null
  readonly end: RunEnd | null
  /** Set when this move ends the incarnation. */
  readonly result: 'success' | 'failure' | 'undefined' | null
}
