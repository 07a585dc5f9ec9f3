import { randomUUID } from 'node:crypto'
import type Database from 'better-sqlite3'
import type { Dependence } from '../../../shared/domain/dependence.ts'
import { requiredText } from '../../../shared/domain/dependence.ts'
import type { SavedState } from '../../../shared/domain/fingerprint.ts'
import type { Actor, Program } from '../../../shared/domain/life.ts'
import type { RestartMemory } from '../../../shared/domain/restart.ts'
import type { HistoryEntry, RunRow } from '../../../shared/domain/rows.ts'
import type { RunEnd } from '../../../shared/domain/run-end.ts'
import type { ProcessState } from '../../../shared/machine/life-machine.ts'
import type { Definition, ProcessRecord } from './process-record.ts'

import {
  type DependenceSqlRow,
  definitionColumns,
  definitionEvent,
  definitionValues,
  dependenceEvent,
  dependenceOf,
  type EventSqlRow,
  endOf,
  historyEntryOf,
  type MetaSqlRow,
  noteEvent,
  type ProcessSqlRow,
  type RunSqlRow,
  recordOf,
  runLimit,
  runOf,
  type SessionMeta,
  type StateSqlRow,
  stateEvent,
  stateOf,
} from './session-rows.ts'

/** Everything that is read from and written to one `session.db`. All calls are synchronous and throw SqliteError. */
export type SessionStore = ReturnType<typeof createSessionStore>

export function createSessionStore(database: Database.Database) {
  const readMeta = database.prepare<[], MetaSqlRow>('SELECT * FROM meta')
  const insertMeta = database.prepare('INSERT INTO meta (uuid, name, machine_id, created_at) VALUES (?, ?, ?, ?)')
  const selectProcesses = database.prepare<[], ProcessSqlRow>('SELECT * FROM processes ORDER BY created_at, name')
  const insertProcess = database.prepare(`INSERT INTO processes (id, name, alias, uri_redacted, uri_hash, secret_ref,
      host, argv_json, exe, cwd, env_json, restart, shutdown, stop_signal, grace_ms, restart_limit_json, ready_json, match_json,
      pty, restart_memory_json, desired, life_json, run_no, created_at, updated_at)
    VALUES (@id, @name, @alias, @uri, @uriHash, @secretRef, @host, @argv, @exe, @cwd, @env, @restart, @shutdown,
      @stopSignal, @graceMs, @restartLimit, @ready, @match, @pty, @memory, @desired, @life, @run, @at, @at)`)
  const updateDefinition = database.prepare(
    `UPDATE processes SET ${definitionColumns}, updated_at = @at WHERE id = @id`,
  )
  const updateState = database.prepare(
    `UPDATE processes SET life_json = @life, run_no = @run, desired = @desired, restart_memory_json = @memory,
    updated_at = @at WHERE id = @id`,
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
    'INSERT INTO events (at, process_id, actor, kind, data_json, why) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const selectEvents = database.prepare<[string, number, number], EventSqlRow>(
    'SELECT id, at, actor, kind, data_json, why FROM events WHERE process_id = ? AND id < ? ORDER BY id DESC LIMIT ?',
  )
  const selectLastEvent = database.prepare<[string | null, string], { at: number | null }>(
    'SELECT max(at) AS at FROM events WHERE process_id IS ? AND kind = ?',
  )
  const countOldEvents = database.prepare<[number], { events: number }>(
    'SELECT count(*) AS events FROM events WHERE at < ?',
  )
  const deleteOldEvents = database.prepare('DELETE FROM events WHERE at < ?')
  const updateTag = database.prepare('UPDATE processes SET tag = ?, score = ?, updated_at = ? WHERE id = ?')
  const deleteProcess = database.prepare('DELETE FROM processes WHERE id = ?')
  const deleteParent = database.prepare('DELETE FROM dependences WHERE parent = ? AND parent_missing = 0')
  const selectStates = database.prepare<[string], StateSqlRow>(
    'SELECT * FROM states WHERE process_id = ? ORDER BY label',
  )
  const upsertState = database.prepare(`INSERT INTO states
      (process_id, label, fp_json, expr, ignore_json, required_json, saved_at)
    VALUES (@id, @label, @fingerprint, @when, @ignore, @require, @savedAt)
    ON CONFLICT (process_id, label) DO UPDATE SET fp_json = @fingerprint, expr = @when, ignore_json = @ignore,
      required_json = @require, saved_at = @savedAt`)
  const deleteState = database.prepare('DELETE FROM states WHERE process_id = ? AND label = ?')
  const selectDependences = database.prepare<[], DependenceSqlRow>(
    'SELECT * FROM dependences ORDER BY child_id, parent, state',
  )
  const upsertDependence = database.prepare(`INSERT INTO dependences (child_id, parent, parent_missing, state, on_loss)
    VALUES (@child, @parent, @missing, @state, @onLoss)
    ON CONFLICT (child_id, parent, state) DO UPDATE SET on_loss = @onLoss, parent_missing = @missing`)
  const deleteDependence = database.prepare('DELETE FROM dependences WHERE child_id = ? AND parent = ? AND state = ?')
  const renumberProcess = [
    'UPDATE processes SET id = @anew WHERE id = @id',
    'UPDATE incarnations SET process_id = @anew WHERE process_id = @id',
    'UPDATE runs SET process_id = @anew WHERE process_id = @id',
    'UPDATE events SET process_id = @anew WHERE process_id = @id',
    'UPDATE states SET process_id = @anew WHERE process_id = @id',
    'UPDATE dependences SET child_id = @anew WHERE child_id = @id',
    'UPDATE dependences SET parent = @anew WHERE parent = @id AND parent_missing = 0',
  ].map((sql) => database.prepare(sql))
  const updateActive = database.prepare('UPDATE meta SET active = ?')
  const updatePlace = database.prepare('UPDATE meta SET root = ?, hostname = ?, machine_id = ?')

  return {
    /** Null in a database that was just created. */
    meta(): SessionMeta | null {
      const row = readMeta.get()
      if (!row) return null
      const { root, hostname } = row
      return { id: row.uuid, name: row.name, machineId: row.machine_id, active: row.active !== 0, root, hostname }
    },
    setActive(active: boolean): void {
      updateActive.run(active ? 1 : 0)
    },
    /** Where the workspace is now. */
    setPlace(root: string, hostname: string, machineId: string): void {
      updatePlace.run(root, hostname, machineId)
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
        memory: JSON.stringify(record.memory),
        run: record.state.run,
        at: record.createdAt,
      })
    },
    setDefinition(id: string, definition: Definition, at: number): void {
      updateDefinition.run({ ...definitionValues(definition), id, at })
    },
    /** Forgets a process with all that belongs to it. */
    removeProcess: database.transaction((id: string): void => {
      deleteParent.run(id)
      deleteProcess.run(id)
    }),
    /** A change that is no move of the life machine, with its line in the history. */
    saveTag: database.transaction((id: string, tag: ProcessRecord['tag'], at: number): void => {
      updateTag.run(tag?.label ?? null, tag?.score ?? null, at, id)
      const data = { label: tag?.label ?? null, score: tag?.score ?? null }
      insertEvent.run(at, id, 'supervisor', stateEvent, JSON.stringify(data), null)
    }),
    addNote(id: string, at: number, actor: Actor, text: string): void {
      insertEvent.run(at, id, actor, noteEvent, JSON.stringify({ text }), null)
    },
    addDefinitionChange(id: string, at: number, actor: Actor, changed: readonly string[], why: string | null): void {
      insertEvent.run(at, id, actor, definitionEvent, JSON.stringify({ changed }), why)
    },
    /** When the definition of a process was last changed; null where the history does not say. */
    definitionChangedAt: (id: string): number | null => selectLastEvent.get(id, definitionEvent)?.at ?? null,
    /** Dependences are of the session as a whole. */
    addDependenceChange(at: number): void {
      insertEvent.run(at, null, 'user', dependenceEvent, '{}', null)
    },
    dependencesChangedAt: (): number | null => selectLastEvent.get(null, dependenceEvent)?.at ?? null,
    /** Newest first, older than the entry `before`. */
    history: (id: string, before: number | null, limit: number): HistoryEntry[] =>
      selectEvents.all(id, before ?? Number.MAX_SAFE_INTEGER, limit).map(historyEntryOf),
    countEventsBefore: (at: number): number => countOldEvents.get(at)?.events ?? 0,
    removeEventsBefore: (at: number): number => deleteOldEvents.run(at).changes,

    /** By label. */
    states: (id: string): SavedState[] => selectStates.all(id).map(stateOf),
    /** Adds a state or replaces the one with its label, whose earlier fingerprint stays in the history. */
    saveState: database.transaction((id: string, state: SavedState, actor: Actor): void => {
      const earlier = selectStates.all(id).find((row) => row.label === state.label)
      upsertState.run({
        id,
        label: state.label,
        fingerprint: state.fingerprint === null ? null : JSON.stringify(state.fingerprint),
        when: state.when,
        ignore: JSON.stringify(state.ignore),
        require: JSON.stringify(state.require),
        savedAt: state.savedAt,
      })
      const text = `State ${state.label} ${earlier ? 'saved anew' : 'saved'}`
      const data = { text, ...(earlier ? { earlier: stateOf(earlier) } : {}) }
      insertEvent.run(state.savedAt, id, actor, noteEvent, JSON.stringify(data), null)
    }),
    removeState: (id: string, label: string): boolean => deleteState.run(id, label).changes > 0,

    dependences: (sessionId: string): Dependence[] =>
      selectDependences.all().map((row) => dependenceOf(row, sessionId)),
    saveDependence(dependence: Dependence): void {
      const { parent } = dependence
      upsertDependence.run({
        child: dependence.childId,
        parent: parent.kind === 'process' ? parent.id : parent.name,
        missing: parent.kind === 'missing' ? 1 : 0,
        state: requiredText(dependence.required),
        onLoss: dependence.onLoss,
      })
    },
    removeDependence({ childId, parent, required }: Dependence): void {
      deleteDependence.run(childId, parent.kind === 'process' ? parent.id : parent.name, requiredText(required))
    },
    /**
     * Gives the session and all its processes other ids, for a copy that must not be taken for its original. Secrets stay
     * where they were: they belong to the ids of the original.
     */
    identifyAnew: database.transaction((): void => {
      database.pragma('defer_foreign_keys = ON')
      database.prepare('UPDATE meta SET uuid = ?').run(randomUUID())
      for (const { id } of selectProcesses.all()) {
        const anew = { id, anew: randomUUID() }
        for (const statement of renumberProcess) statement.run(anew)
      }
    }),
    /** All or nothing. */
    atomically: (act: () => void): void => database.transaction(act)(),

    /** The state, with the run's own columns when the move began, identified or ended one. One transaction. */
    saveMove: database.transaction((move: SavedMove): void => {
      updateState.run({
        id: move.processId,
        life: JSON.stringify(move.state.life),
        run: move.state.run,
        desired: move.desired,
        memory: JSON.stringify(move.memory),
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
      insertEvent.run(move.at, move.processId, move.actor, move.kind, JSON.stringify(move.state.life), move.why)
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
  readonly memory: RestartMemory
  /** Why, where the actor does not say it all. */
  readonly why: string | null
  /** The run that `program` and `end` belong to. */
  readonly runNumber: number
  /** Set when this move begins a run: written before the program is spawned. */
  readonly intent: { readonly newIncarnation: boolean; readonly outOffset: number; readonly errOffset: number } | null
  readonly program: Program | null
  readonly end: RunEnd | null
  /** Set when this move ends the incarnation. */
  readonly result: 'success' | 'failure' | 'undefined' | null
}
