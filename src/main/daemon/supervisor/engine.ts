import { closeSync, openSync, statSync } from 'node:fs'
import type { RowsEvent } from '../../../shared/contract/schemas.ts'
import type { Actor, Life } from '../../../shared/domain/life.ts'
import { assertNever } from '../../../shared/domain/result.ts'
import { endedWell, type RunEnd } from '../../../shared/domain/run-end.ts'
import { type LifeEffect, type LifeEvent, type ProcessState, step } from '../../../shared/machine/life-machine.ts'
import type { ProcessHost, RunRecord, TreeTarget } from '../adapters/exec/port.ts'
import type { SecretsFile } from '../store/secrets-file.ts'
import type { SavedMove } from '../store/session-store.ts'
import { mirrorPid } from '../workspace/mirror.ts'
import { programEnvironment } from './environment.ts'
import type { OpenSession, Supervised } from './model.ts'
import { processRowOf } from './rows.ts'
import { watchTree } from './tree-watch.ts'

export type Log = {
  info(data: object, message: string): void
  warn(data: object, message: string): void
  error(data: object, message: string): void
}

export type EngineParts = {
  readonly host: ProcessHost
  /** How the run of a finished record ended (the record's path tells when it was written). */
  readonly endOf: (record: RunRecord, path: string) => RunEnd
  readonly secrets: SecretsFile
  readonly environment: NodeJS.ProcessEnv
  readonly now: () => number
  readonly publish: (event: RowsEvent) => void
  /** After every move of a process, once it is in memory. */
  readonly onMove: (supervised: Supervised) => void
  readonly log: Log
}

export type Engine = ReturnType<typeof createEngine>

export const recordPathOf = (supervised: Supervised, run = supervised.state.run): string =>
  supervised.session.paths.record(supervised.name, run)

export const programOf = (life: Life) => (life.kind === 'up' || life.kind === 'stopping' ? life.program : null)

const isFinal = (life: Life): boolean => life.kind === 'down' || life.kind === 'exited' || life.kind === 'failed'

function resultOf(life: Life): SavedMove['result'] {
  if (life.kind === 'exited') return endedWell(life.end) ? 'success' : 'failure'
  if (life.kind === 'failed') return 'failure'
  return life.kind === 'down' ? 'undefined' : null
}

/**
 * Makes the log file where it is missing, so that it can be watched before its first line comes. Answers its size in
 * bytes, where the output of the next run will begin. A file that cannot be made is reported by the launch.
 */
function makeLog(path: string): number {
  try {
    closeSync(openSync(path, 'a', 0o600))
    return statSync(path).size
  } catch {
    return 0
  }
}

/**
 * Turns events into moves of the life machine, writes each move down before acting on it, and performs what the machine
 * asks for. One engine serves all sessions. Nothing in here blocks: effects run on their own and come back as events.
 */
export function createEngine(parts: EngineParts) {
  const { host, now, log } = parts

  /** Whoever may be signalled for this process. */
  function treeTargetOf(supervised: Supervised): TreeTarget {
    const { paths } = supervised.session
    const program = programOf(supervised.state.life) ?? host.readRecord(recordPathOf(supervised)).program
    return {
      processId: supervised.id,
      program,
      logFiles: [paths.out(supervised.name), paths.err(supervised.name)],
    }
  }

  function dispatch(supervised: Supervised, event: LifeEvent, actor: Actor = 'supervisor'): void {
    const before = supervised.state
    const { state, effects } = step(before, event)
    if (state === before) return
    const intent = state.run !== before.run ? intentOf(supervised, before) : null
    supervised.state = state
    remember(supervised, event, state, intent)
    const saved = save(supervised.session, {
      processId: supervised.id,
      at: 'at' in event ? event.at : event.end.at,
      actor,
      kind: event.kind,
      state,
      desired: supervised.desired,
      runNumber: before.run,
      intent,
      program: event.kind === 'program-seen' ? event.program : null,
      end: endIn(event),
      result: isFinal(state.life) && !isFinal(before.life) ? resultOf(state.life) : null,
    })
    if (programOf(before.life)?.identity.pid !== programOf(state.life)?.identity.pid) writePid(supervised)
    parts.onMove(supervised)
    parts.publish({ kind: 'process', process: processRowOf(supervised) })
    for (const waiter of [...supervised.waiters]) waiter()
    if (!saved && intent !== null) {
      // An intent that is not on disk could become a second copy after a crash: rather no copy at all.
      const reason = 'The start could not be recorded on disk. Free some space, then start it again'
      dispatch(supervised, { kind: 'could-not-start', at: now(), run: state.run, reason })
      return
    }
    for (const effect of effects) perform(supervised, state, effect)
  }

  function intentOf(supervised: Supervised, before: ProcessState): NonNullable<SavedMove['intent']> {
    const { paths } = supervised.session
    return {
      newIncarnation: before.life.kind !== 'stopping',
      outOffset: makeLog(paths.out(supervised.name)),
      errOffset: makeLog(paths.err(supervised.name)),
    }
  }

  function endIn(event: LifeEvent): RunEnd | null {
    if (event.kind === 'ended') return event.end
    return event.kind === 'could-not-start' ? { code: null, signal: null, at: event.at, reason: event.reason } : null
  }

  function remember(supervised: Supervised, event: LifeEvent, state: ProcessState, intent: SavedMove['intent']): void {
    if (intent !== null) supervised.restarts = intent.newIncarnation ? 0 : supervised.restarts + 1
    if (event.kind === 'program-seen') supervised.startedAt = event.at
    const end = endIn(event)
    if (end !== null) supervised.lastEnd = end
    if (isFinal(state.life)) {
      supervised.usage = null
      supervised.cpuHistory = []
    }
  }

  /** False when the move is only in memory so far. */
  function save(session: OpenSession, move: SavedMove): boolean {
    session.unsaved.push(move)
    return flush(session)
  }

  /** Writes what is not written yet, in order. */
  function flush(session: OpenSession): boolean {
    while (session.unsaved[0] !== undefined) {
      try {
        session.store?.saveMove(session.unsaved[0])
      } catch (error) {
        log.error({ error, session: session.path }, 'A change could not be saved; it is kept in memory')
        return false
      }
      session.unsaved.shift()
    }
    return true
  }

  function writePid(supervised: Supervised): void {
    try {
      mirrorPid(supervised.session.paths, supervised.name, programOf(supervised.state.life)?.identity.pid ?? null)
    } catch (error) {
      log.warn({ error, process: supervised.name }, 'The pid file could not be written')
    }
  }

  function perform(supervised: Supervised, state: ProcessState, effect: LifeEffect): void {
    switch (effect.kind) {
      case 'launch':
        void guard(supervised, () => launch(supervised, effect.run))
        return
      case 'signal-tree':
        void guard(supervised, () => signalTree(supervised))
        return
      case 'kill-tree':
        void guard(supervised, () => killTree(supervised))
        return
      case 'arm-kill':
        armKill(supervised, state.run, effect.at)
        return
      case 'disarm-kill':
        disarmKill(supervised)
        return
      case 'look-for-tree':
        void guard(supervised, () => watchTree(engine, parts, supervised))
        return
      default:
        assertNever(effect)
    }
  }

  /** An unexpected exception of one process must not end the supervision of the others. */
  async function guard(supervised: Supervised, act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      log.error({ error, process: supervised.name }, 'An action failed unexpectedly')
    }
  }

  async function launch(supervised: Supervised, run: number): Promise<void> {
    // A stop may have come in the same turn as the start.
    const life = supervised.state.life
    if (supervised.state.run !== run || life.kind !== 'starting') {
      dispatch(supervised, { kind: 'could-not-start', at: now(), run, reason: 'Stopped before it ran' })
      return
    }
    const { session, definition } = supervised
    const secret = definition.secretRef === null ? null : parts.secrets.process(definition.secretRef)
    if (definition.secretRef !== null && secret === null) {
      const reason = 'Its secrets are missing on this machine. Start it again with its whole URI to store them'
      dispatch(supervised, { kind: 'could-not-start', at: now(), run, reason })
      return
    }
    const surroundings = {
      session: session.name,
      alias: definition.alias,
      workspace: session.path,
      database: session.paths.processDatabase(supervised.name),
    }
    supervised.launching = { run, shimPid: null }
    const result = await host.launch({
      mark: { processId: supervised.id, run },
      argv: secret?.argv ?? definition.argv,
      cwd: definition.cwd,
      env: programEnvironment(parts.environment, { ...definition.env, ...secret?.env }, surroundings),
      files: {
        record: recordPathOf(supervised, run),
        out: session.paths.out(supervised.name),
        err: session.paths.err(supervised.name),
      },
    })
    if (result.ok) readRecord(supervised)
    else
      dispatch(supervised, {
        kind: 'could-not-start',
        at: now(),
        run,
        reason: `${result.message} ${result.hint}`.trim(),
      })
  }

  async function signalTree(supervised: Supervised): Promise<void> {
    const target = treeTargetOf(supervised)
    const report = await host.signalTree(target, supervised.definition.stopSignal as NodeJS.Signals)
    for (const { member, why } of report.refused) {
      log.warn({ process: supervised.name, pid: member.identity.pid, why }, 'A member could not be signalled')
    }
    await watchTree(engine, parts, supervised)
  }

  async function killTree(supervised: Supervised): Promise<void> {
    const report = await host.killTree(treeTargetOf(supervised))
    for (const { member, why } of report.refused) {
      log.warn({ process: supervised.name, pid: member.identity.pid, why }, 'A member could not be killed')
    }
    await watchTree(engine, parts, supervised)
  }

  function armKill(supervised: Supervised, run: number, at: number): void {
    disarmKill(supervised)
    supervised.killTimer = setTimeout(
      () => {
        supervised.killTimer = null
        dispatch(supervised, { kind: 'kill', at: now(), run })
      },
      Math.max(0, at - now()),
    )
  }

  function disarmKill(supervised: Supervised): void {
    if (supervised.killTimer !== null) clearTimeout(supervised.killTimer)
    supervised.killTimer = null
  }

  /** Reads the record of the current run and reports what is new in it. True once its end is known. */
  function readRecord(supervised: Supervised): boolean {
    const { run } = supervised.state
    const path = recordPathOf(supervised)
    const record = host.readRecord(path)
    if (record.program !== null || record.execFailure !== null || record.end !== null) supervised.launching = null
    if (record.execFailure !== null) {
      const end = parts.endOf(record, path)
      dispatch(supervised, {
        kind: 'could-not-start',
        at: end.at,
        run,
        reason: end.reason ?? 'It could not be started',
      })
      return true
    }
    if (record.program !== null && programOf(supervised.state.life) === null) {
      dispatch(supervised, { kind: 'program-seen', at: now(), run, program: record.program })
    }
    if (record.end === null) return false
    dispatch(supervised, { kind: 'ended', run, end: parts.endOf(record, path) })
    return true
  }

  /** Resolves to true when `condition` holds, at once or after a later move; to false after `timeoutMs` or an abort. */
  function waitFor(
    supervised: Supervised,
    condition: () => boolean,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<boolean> {
    if (condition()) return Promise.resolve(true)
    return new Promise((resolve) => {
      const finish = (held: boolean) => {
        clearTimeout(timer)
        supervised.waiters.delete(check)
        options.signal?.removeEventListener('abort', abort)
        resolve(held)
      }
      const check = () => {
        if (condition()) finish(true)
      }
      const abort = () => finish(false)
      const timer = setTimeout(() => finish(false), options.timeoutMs)
      supervised.waiters.add(check)
      options.signal?.addEventListener('abort', abort, { once: true })
    })
  }

  const engine = { dispatch, flush, perform, readRecord, treeTargetOf, waitFor }
  return engine
}
