import type { RowsEvent } from '../../../shared/contract/schemas.ts'
import { type Actor, mayBeRunning, type Program, programOf } from '../../../shared/domain/life.ts'
import { type AfterEnd, noRestarts } from '../../../shared/domain/restart.ts'
import { assertNever } from '../../../shared/domain/result.ts'
import { endedWell, type RunEnd } from '../../../shared/domain/run-end.ts'
import type { LifeEffect, LifeEvent } from '../../../shared/machine/life-event.ts'
import { type ProcessState, step } from '../../../shared/machine/life-machine.ts'
import { afterEnd } from '../../../shared/machine/restart-policy.ts'
import { type Hosts, HostUnreachable, type ProcessHost, type TreeTarget } from '../host/port.ts'
import type { Terminals } from '../host/terminal-port.ts'
import type { SecretsFile } from '../store/secrets-file.ts'
import type { SavedMove } from '../store/session-store.ts'
import { mirrorPid } from '../workspace/mirror.ts'
import { execFailureText } from './exec-failure.ts'
import { waitsOf } from './gate.ts'
import { flush, saveMove, saveQuietly } from './journal.ts'
import { launch } from './launch.ts'
import type { Log } from './log.ts'
import { isForgotten, isSupervised, type OpenSession, type Supervised } from './model.ts'
import { processRowOf } from './rows.ts'
import { endAfterStart } from './run-times.ts'
import { endIn, intentOf, savedMoveOf } from './saved-move.ts'
import { settle } from './settle.ts'
import { endInTerminal } from './terminal-run.ts'
import { armKill, armRestart, disarmKill, disarmRestart } from './timers.ts'
import { watchTree } from './tree-watch.ts'

/** Who caused a move, and why where that does not say it all. */
export type Cause = { readonly actor: Actor; readonly why: string | null }
export const byUser: Cause = { actor: 'user', why: null }
export const bySession: Cause = { actor: 'supervisor', why: null }
const byPolicy: Cause = { actor: 'supervisor', why: 'restart policy' }

export type EngineParts = {
  readonly hosts: Hosts
  /** Calls back with the name of a record file (not its path) whenever one in `folder` was written; may call more often. */
  readonly watchRecords: (folder: string, onWritten: (fileName: string) => void) => { close(): void }
  readonly secrets: SecretsFile
  readonly terminals: Terminals
  readonly environment: NodeJS.ProcessEnv
  readonly now: () => number
  readonly publish: (event: RowsEvent) => void
  /** Before a program is spawned: what is over the limit of its logs goes, where it could not go while it ran. */
  readonly beforeLaunch: (supervised: Supervised) => Promise<void>
  /** After every move of a process, once it is in memory. */
  readonly onMove: (supervised: Supervised) => void
  /** After a process was forgotten. */
  readonly onRemove: (supervised: Supervised) => void
  /** Watches whether a program that has begun can be used, and reports it. */
  readonly watchReady: (supervised: Supervised) => Promise<void>
  /** A number from 0 to 1 for the jitter of restarts. */
  readonly random: () => number
  readonly log: Log
}

export type Engine = ReturnType<typeof createEngine>

/** The machine that a process runs on. */
export const hostOf = (parts: Pick<EngineParts, 'hosts'>, { definition }: Supervised): ProcessHost =>
  parts.hosts.host(definition.host)

export const recordPathOf = (supervised: Supervised, run = supervised.state.run): string =>
  supervised.session.paths.record(supervised.name, run)

/**
 * Turns events into moves of the life machine, writes each move down before acting on it, and performs what the machine
 * asks for. One engine serves all sessions. Nothing in here blocks: effects run on their own and come back as events.
 */
export function createEngine(parts: EngineParts) {
  const { now, log } = parts
  /** Launches that wait until every process has been looked for: adoption comes before launching. */
  let held: (() => void)[] | null = null
  const unsettled = new Set<OpenSession>()
  /** Sessions whose processes are being looked for: what they remember of each other may be true no more. */
  const unknown = new Set<OpenSession>()

  /** Whoever may be signalled for this process. */
  function treeTargetOf(supervised: Supervised): TreeTarget {
    const { paths } = supervised.session
    const known = programOf(supervised.state.life)
    const program = known ?? hostOf(parts, supervised).readRecord(recordPathOf(supervised)).program
    return {
      sessionId: supervised.session.id,
      name: supervised.name,
      processId: supervised.id,
      program,
      logFiles: [paths.out(supervised.name), paths.err(supervised.name)],
    }
  }

  function dispatch(supervised: Supervised, event: LifeEvent, cause: Cause = bySession): void {
    if (isForgotten(supervised)) return
    const before = supervised.state
    const { state, effects } = step(before, event)
    if (state === before) return
    const begins = effects.some((effect) => effect.kind === 'launch')
    const intent = begins ? intentOf(supervised, before, event) : null
    supervised.state = state
    remember(supervised, event, state, intent)
    const saved = saveMove(supervised.session, savedMoveOf(supervised, { event, before, intent, cause }), log)
    // An intent that is not on disk could become a second copy after a crash: rather no copy at all.
    const isUnrecorded = !saved && intent !== null
    // Effects first: a launch is under way while everybody is told.
    if (!isUnrecorded) for (const effect of effects) perform(supervised, state, effect)
    if (programOf(before.life)?.identity.pid !== programOf(supervised.state.life)?.identity.pid) writePid(supervised)
    parts.onMove(supervised)
    publish(supervised)
    for (const waiter of [...supervised.waiters]) waiter()
    settleSoon(supervised.session)
    if (!isUnrecorded) return
    const reason = 'The start could not be recorded on disk. Free some space, then start it again'
    dispatch(supervised, { kind: 'could-not-start', at: now(), run: state.run, reason })
  }

  const publish = (supervised: Supervised): void =>
    parts.publish({ kind: 'process', process: processRowOf(supervised, parts) })

  function remember(supervised: Supervised, event: LifeEvent, state: ProcessState, intent: SavedMove['intent']): void {
    if (intent !== null) supervised.restarts = intent.newIncarnation ? 0 : supervised.restarts + 1
    if (event.kind === 'program-seen' || event.kind === 'adopted') supervised.startedAt = event.at
    const end = endIn(event)
    if (end !== null) supervised.lastEnd = end
    if (state.life.kind !== 'backoff') disarmRestart(supervised)
    if (programOf(state.life) !== null) return
    supervised.usage = null
    supervised.cpuHistory = []
    // Nobody knows that it has lost its state while nobody can look.
    if (state.life.kind === 'unknown') return
    // A process that does not run is in no state; the sampler writes down that it lost one.
    if (supervised.tag !== null) loseTag(supervised)
    // Nothing wants it up any more: it came to its own end.
    if (state.life.kind === 'exited' && isSupervised(supervised.session)) supervised.desired = 'down'
  }

  function loseTag(supervised: Supervised): void {
    supervised.tag = null
    saveQuietly(supervised.session, log, () => supervised.session.store?.saveTag(supervised.id, null, now()))
  }

  function writePid(supervised: Supervised): void {
    try {
      mirrorPid(supervised.session.paths, supervised.name, programOf(supervised.state.life)?.identity.pid ?? null)
    } catch (error) {
      log.warn({ error, process: supervised.name }, 'The pid file could not be written')
    }
  }

  /** Lets everything that waits for a process of this session see what has changed, after the present move is over. */
  function settleSoon(session: OpenSession): void {
    if (unsettled.has(session)) return
    unsettled.add(session)
    queueMicrotask(() => {
      unsettled.delete(session)
      if (!unknown.has(session)) settle(engine, parts, session)
    })
  }

  function perform(supervised: Supervised, state: ProcessState, effect: LifeEffect): void {
    switch (effect.kind) {
      case 'launch': {
        const act = () => void guard(supervised, () => launch(engine, parts, supervised, effect.run))
        if (held === null) act()
        else held.push(act)
        return
      }
      case 'watch-ready':
        void guard(supervised, () => parts.watchReady(supervised))
        return
      case 'arm-restart':
        armRestart(supervised, effect.at - now(), () => restartDue(supervised, state.run))
        return
      case 'signal-tree':
        void guard(supervised, () => signalTree(supervised))
        return
      case 'kill-tree':
        void guard(supervised, () => killTree(supervised))
        return
      case 'arm-kill':
        armKill(supervised, effect.at - now(), () => dispatch(supervised, { kind: 'kill', at: now(), run: state.run }))
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
      // Its host is away: that is told to everybody on it, and what was to be done is seen to when it is back.
      if (error instanceof HostUnreachable) return
      log.error({ error, process: supervised.name }, 'An action failed unexpectedly')
    }
  }

  async function signalTree(supervised: Supervised): Promise<void> {
    const target = treeTargetOf(supervised)
    const report = await hostOf(parts, supervised).signalTree(
      target,
      supervised.definition.stopSignal as NodeJS.Signals,
    )
    for (const { member, why } of report.refused) {
      log.warn({ process: supervised.name, pid: member.identity.pid, why }, 'A member could not be signalled')
    }
    await watchTree(engine, parts, supervised)
  }

  async function killTree(supervised: Supervised): Promise<void> {
    const report = await hostOf(parts, supervised).killTree(treeTargetOf(supervised))
    for (const { member, why } of report.refused) {
      log.warn({ process: supervised.name, pid: member.identity.pid, why }, 'A member could not be killed')
    }
    await watchTree(engine, parts, supervised)
  }

  function restartDue(supervised: Supervised, run: number): void {
    dispatch(supervised, { kind: 'restart-due', at: now(), run, open: isOpen(supervised) }, byPolicy)
  }

  function isOpen(supervised: Supervised): boolean {
    const { id, session } = supervised
    if (unknown.has(session) && session.dependences.some(({ childId }) => childId === id)) return false
    return waitsOf(supervised, parts).length === 0
  }

  /** What the restart policy says about this end; it remembers the end as well. */
  function nextAfter(supervised: Supervised, end: RunEnd, startedAt: number | null): AfterEnd {
    if (!isSupervised(supervised.session) || supervised.desired === 'down') return { kind: 'stay' }
    const { next, memory } = afterEnd({
      policy: supervised.definition.restart,
      limit: supervised.definition.restartLimit,
      memory: supervised.memory,
      end,
      startedAt,
      at: now(),
      jitter: parts.random(),
    })
    supervised.memory = memory
    return next
  }

  /** The current run came to this end. */
  function end(supervised: Supervised, seen: RunEnd): void {
    const { run, life } = supervised.state
    // A record may be read again at any time; each end counts once.
    if (!mayBeRunning(life)) return
    if (life.kind === 'stopping') {
      // Of a run that was ended because it failed, the failure is the reason and not our signal.
      const ended = life.next.kind === 'fail' ? { ...seen, reason: life.next.reason } : seen
      dispatch(supervised, { kind: 'ended', run, end: ended, next: { kind: 'stay' }, open: false })
      return
    }
    const began = programOf(life) !== null || life.kind === 'unknown'
    const next = nextAfter(supervised, seen, began ? supervised.startedAt : null)
    dispatch(
      supervised,
      { kind: 'ended', run, end: seen, next, open: isOpen(supervised) },
      next.kind === 'stay' ? bySession : byPolicy,
    )
  }

  /** Nobody of a tree that is being stopped is left. */
  function treeGone(supervised: Supervised): void {
    const { run, life } = supervised.state
    const at = now()
    const open = isOpen(supervised)
    if (life.kind !== 'stopping' || life.next.kind !== 'fail') {
      dispatch(supervised, { kind: 'tree-gone', at, run, open, failed: null })
      return
    }
    const last: RunEnd = supervised.lastEnd ?? { code: null, signal: null, at, reason: life.next.reason }
    // A run that never was ready has failed, however politely it went, and has not lived, however long its time-out is.
    const seen = endedWell(last) ? { ...last, code: null } : last
    const next = nextAfter(supervised, seen, null)
    dispatch(supervised, { kind: 'tree-gone', at, run, open, failed: { end: seen, next } }, byPolicy)
  }

  /** Somebody wants this process up. */
  function start(supervised: Supervised, cause: Cause): void {
    supervised.desired = 'up'
    if (cause.actor === 'user') supervised.memory = noRestarts
    const open = isOpen(supervised)
    dispatch(supervised, { kind: 'start', at: now(), by: cause.actor, open }, cause)
  }

  /** Reads the record of the current run and reports what is new in it. True once its end is known. */
  function readRecord(supervised: Supervised): boolean {
    const { run, life } = supervised.state
    const path = recordPathOf(supervised)
    const host = hostOf(parts, supervised)
    const record = host.readRecord(path)
    if (record.program !== null || record.execFailure !== null || record.end !== null) supervised.launching = null
    if (record.execFailure !== null) {
      const failed = host.endOf(record, path)
      dispatch(supervised, {
        kind: 'could-not-start',
        at: failed.at,
        run,
        reason: execFailureText(supervised.definition, failed),
      })
      return true
    }
    const seen = record.end === null ? null : host.endOf(record, path)
    if (record.program !== null && programOf(life) === null) {
      programSeen(supervised, record.program, Math.min(now(), seen?.at ?? now()))
    }
    if (seen === null) return false
    end(supervised, endInTerminal(parts, supervised, endAfterStart(seen, supervised.startedAt)))
    return true
  }

  function programSeen(supervised: Supervised, program: Program, seenAt = now()): void {
    const { ready } = supervised.definition
    const { life } = supervised.state
    const isBack = life.kind === 'unknown'
    // What was ready before its host was lost is not asked again; what was not gets its whole time anew.
    const readyBy =
      ready === null || (isBack && life.last === 'up') ? null : (isBack ? now() : seenAt) + ready.timeoutMs
    const at = isBack ? (supervised.startedAt ?? seenAt) : seenAt
    dispatch(supervised, { kind: 'program-seen', at, run: supervised.state.run, program, readyBy })
  }

  const engine = {
    dispatch,
    start,
    end,
    treeGone,
    programSeen,
    perform,
    publish,
    settleSoon,
    readRecord,
    treeTargetOf,
    isOpen,
    flush: (session: OpenSession): boolean => flush(session, log),
    /** From now on launches wait for `releaseLaunches`, and what waits for others waits for `foundOut`. */
    holdLaunches(session: OpenSession): void {
      held ??= []
      unknown.add(session)
    },
    /** It is known what runs of this session. */
    foundOut(session: OpenSession): void {
      unknown.delete(session)
      engine.settleSoon(session)
    },
    releaseLaunches(): void {
      const waiting = held ?? []
      held = null
      for (const act of waiting) act()
    },
  }
  return engine
}
