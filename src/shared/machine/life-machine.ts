import type { Actor, AfterStop, FailureCause, Life, Program, Starting, Stopping } from '../domain/life.ts'
import { programOf } from '../domain/life.ts'
import type { AfterEnd } from '../domain/restart.ts'
import { assertNever } from '../domain/result.ts'
import type { RunEnd } from '../domain/run-end.ts'
import type { LifeEffect, LifeEvent } from './life-event.ts'

/** What is decided about one process: its latest run number (0 before the first) and its life. */
export type ProcessState = { readonly run: number; readonly life: Life }

export type Step = { readonly state: ProcessState; readonly effects: readonly LifeEffect[] }

export const initialState: ProcessState = { run: 0, life: { kind: 'new' } }

const stay = (state: ProcessState): Step => ({ state, effects: [] })
const move = (state: ProcessState, life: Life, ...effects: readonly LifeEffect[]): Step => ({
  state: { run: state.run, life },
  effects,
})

/** `isRestart`: the launch continues what an earlier start began. */
type Launch = { readonly at: number; readonly open: boolean; readonly isRestart: boolean }

/** Launches the next run, or waits until it may be launched. */
function launchNext(state: ProcessState, launch: Launch, ...before: readonly LifeEffect[]): Step {
  if (!launch.open) return move(state, { kind: 'blocked', since: launch.at, isRestart: launch.isRestart }, ...before)
  const run = state.run + 1
  const life: Life = { kind: 'starting', run, since: launch.at, program: null, readyBy: null }
  return { state: { run, life }, effects: [...before, { kind: 'launch', run }] }
}

/**
 * All moves of a process, in one place (docs/architecture.md). Pure: the same state and event always give the same
 * step. An event that makes no sense in a state, such as the late end of an earlier run, changes nothing.
 */
export function step(state: ProcessState, event: LifeEvent): Step {
  if ('run' in event && event.run !== state.run) return stay(state)
  switch (event.kind) {
    case 'start':
      return onStart(state, event)
    case 'gate-opened':
      return state.life.kind === 'blocked'
        ? launchNext(state, { at: event.at, open: true, isRestart: state.life.isRestart })
        : stay(state)
    case 'program-seen':
      return onProgramSeen(state, event)
    case 'ready':
      return onReady(state, event.at)
    case 'not-ready':
      return onNotReady(state, event)
    case 'could-not-start':
      return onCouldNotStart(state, event)
    case 'ended':
      return onEnded(state, event)
    case 'restart-due':
      return state.life.kind === 'backoff' ? launchNext(state, { ...event, isRestart: true }) : stay(state)
    case 'paused':
      return state.life.kind === 'up' ? move(state, { ...state.life, kind: 'paused', since: event.at }) : stay(state)
    case 'continued':
      return state.life.kind === 'paused' ? move(state, { ...state.life, kind: 'up', since: event.at }) : stay(state)
    case 'stop':
      return onStop(state, event)
    case 'kill':
      return onKill(state)
    case 'tree-gone':
      return onTreeGone(state, event)
    case 'tree-survived':
      return state.life.kind === 'stopping' ? move(state, { ...state.life, survivors: event.pids }) : stay(state)
    case 'adopted':
      return onAdopted(state, event)
    case 'several-candidates':
      return onSeveralCandidates(state, event)
    case 'lost':
      return onLost(state, event)
    default:
      return assertNever(event)
  }
}

function onStart(state: ProcessState, event: { at: number; open: boolean }): Step {
  switch (state.life.kind) {
    case 'new':
    case 'down':
    case 'exited':
    case 'failed':
      return launchNext(state, { ...event, isRestart: false })
    case 'blocked':
    case 'backoff':
      // A person does not want to wait for the back-off; what it depends on it still waits for.
      return event.open || state.life.kind === 'backoff'
        ? launchNext(state, { ...event, isRestart: true })
        : stay(state)
    case 'stopping':
      // A start during a slow stop waits for its end instead of making a second copy.
      return move(state, { ...state.life, next: { kind: 'start' } })
    case 'starting':
    case 'up':
    case 'paused':
    case 'ambiguous':
    case 'unknown':
      return stay(state)
    default:
      return assertNever(state.life)
  }
}

function onProgramSeen(state: ProcessState, event: Extract<LifeEvent, { kind: 'program-seen' }>): Step {
  const { life } = state
  const { program } = event
  if (life.kind === 'stopping') {
    // The stop was asked before the program had reported itself: signal again, now that it is known.
    return life.program === null
      ? move(state, { ...life, program }, { kind: life.killAt === null ? 'kill-tree' : 'signal-tree' })
      : stay(state)
  }
  if (life.kind !== 'starting' && life.kind !== 'unknown') return stay(state)
  if (programOf(life) !== null) return stay(state)
  if (event.readyBy === null) return move(state, { kind: 'up', run: event.run, since: event.at, program })
  const since = life.kind === 'starting' ? life.since : event.at
  const starting: Starting = { kind: 'starting', run: event.run, since, program, readyBy: event.readyBy }
  return move(state, starting, { kind: 'watch-ready' })
}

function onReady(state: ProcessState, at: number): Step {
  const { life } = state
  if (life.kind !== 'starting' || life.program === null) return stay(state)
  return move(state, { kind: 'up', run: life.run, since: at, program: life.program })
}

function onNotReady(state: ProcessState, event: Extract<LifeEvent, { kind: 'not-ready' }>): Step {
  if (state.life.kind !== 'starting' || state.life.program === null) return stay(state)
  const next: AfterStop = { kind: 'fail', reason: event.reason }
  return beginStop(state, { at: event.at, by: 'supervisor', graceMs: event.graceMs, next })
}

function onCouldNotStart(state: ProcessState, event: { at: number; reason: string }): Step {
  switch (state.life.kind) {
    case 'starting':
    // The identity comes a moment before the exec that fails.
    case 'up':
    case 'paused':
    // It was not even begun when its host was lost.
    case 'unknown':
      return move(state, failed(event.at, 'could-not-start', event.reason))
    case 'stopping':
      return move(state, state.life, { kind: 'look-for-tree' })
    default:
      return stay(state)
  }
}

const failed = (since: number, because: FailureCause, reason: string): Life => ({
  kind: 'failed',
  since,
  because,
  reason,
})

function onEnded(state: ProcessState, event: Extract<LifeEvent, { kind: 'ended' }>): Step {
  switch (state.life.kind) {
    case 'starting':
    case 'up':
    case 'paused':
    case 'unknown':
    case 'ambiguous':
      return afterEnd(state, event.end, event.next, event.open, { kind: 'exited', run: state.run, end: event.end })
    case 'stopping':
      // The program is gone, its children may not be: the stop ends when the tree has.
      return move(state, state.life, { kind: 'look-for-tree' })
    default:
      return stay(state)
  }
}

/** What the policy decided about the end of a run; `rest` is where it stays when nothing follows. */
function afterEnd(
  state: ProcessState,
  end: RunEnd,
  next: AfterEnd,
  open: boolean,
  rest: Life,
  ...effects: readonly LifeEffect[]
): Step {
  switch (next.kind) {
    case 'stay':
      return move(state, rest, ...effects)
    case 'give-up':
      return move(state, failed(end.at, 'crash-loop', next.reason), ...effects)
    case 'restart': {
      if (next.at <= end.at) return launchNext(state, { at: end.at, open, isRestart: true }, ...effects)
      const life: Life = { kind: 'backoff', run: state.run, since: end.at, until: next.at, end }
      return move(state, life, ...effects, { kind: 'arm-restart', at: next.at })
    }
    default:
      return assertNever(next)
  }
}

type StopRequest = Omit<Extract<LifeEvent, { kind: 'stop' }>, 'kind'>

/** From an ended life this is about what the program left behind; an empty tree ends the stop at once. */
function beginStop(state: ProcessState, { at, by, graceMs, next }: StopRequest): Step {
  const killAt = at + graceMs
  const stopping: Stopping = {
    kind: 'stopping',
    run: state.run,
    since: at,
    killAt,
    program: programOf(state.life),
    by,
    next,
    survivors: [],
  }
  return move(state, stopping, { kind: 'signal-tree' }, { kind: 'arm-kill', at: killAt })
}

function onStop(state: ProcessState, event: Extract<LifeEvent, { kind: 'stop' }>): Step {
  const { life } = state
  switch (life.kind) {
    case 'stopping':
      return move(state, { ...life, next: event.next })
    case 'new':
      return move(state, { kind: 'down', since: event.at, reason: 'Stopped before it ran' })
    case 'blocked':
    case 'backoff':
    case 'ambiguous':
      // Nothing of it runs, or nothing that is proven to be it.
      return move(state, { kind: 'down', since: event.at, reason: reasonOf(event.next, event.by) })
    case 'starting':
    case 'up':
    case 'paused':
    case 'exited':
    case 'failed':
    case 'down':
      return beginStop(state, event)
    case 'unknown':
      // Nobody can signal what cannot be seen: it is stopped as soon as it is.
      return move(state, { ...life, stop: event.next })
    default:
      return assertNever(life)
  }
}

const reasonOf = (next: AfterStop, by: Actor): string => {
  if (next.kind === 'down') return next.reason
  return by === 'user' ? 'Stopped by you' : 'Stopped by the session'
}

function onKill(state: ProcessState): Step {
  if (state.life.kind !== 'stopping' || state.life.killAt === null) return stay(state)
  return move(state, { ...state.life, killAt: null }, { kind: 'disarm-kill' }, { kind: 'kill-tree' })
}

function onTreeGone(state: ProcessState, event: Extract<LifeEvent, { kind: 'tree-gone' }>): Step {
  if (state.life.kind !== 'stopping') return stay(state)
  const { next } = state.life
  const disarm: LifeEffect = { kind: 'disarm-kill' }
  switch (next.kind) {
    case 'down':
      return move(state, { kind: 'down', since: event.at, reason: next.reason }, disarm)
    case 'start':
      return launchNext(state, { at: event.at, open: event.open, isRestart: true }, disarm)
    case 'wait':
      return move(state, { kind: 'blocked', since: event.at, isRestart: true }, disarm)
    case 'fail': {
      const rest = failed(event.at, 'not-ready', next.reason)
      if (event.failed === null) return move(state, rest, disarm)
      return afterEnd(state, event.failed.end, event.failed.next, event.open, rest, disarm)
    }
    default:
      return assertNever(next)
  }
}

function onLost(state: ProcessState, { at: since, reason }: { at: number; reason: string }): Step {
  const { life } = state
  const unknown = { kind: 'unknown', since, reason, program: programOf(life), stop: null } as const
  switch (life.kind) {
    case 'starting':
      return move(state, { ...unknown, last: 'starting' })
    case 'up':
    case 'paused':
    case 'ambiguous':
      return move(state, { ...unknown, last: 'up' })
    case 'stopping':
      return move(state, { ...unknown, last: 'up', stop: life.next }, { kind: 'disarm-kill' })
    case 'unknown':
      return life.reason === reason ? stay(state) : move(state, { ...life, reason })
    case 'new':
    case 'blocked':
    case 'backoff':
    case 'down':
    case 'exited':
    case 'failed':
      return stay(state)
    default:
      return assertNever(life)
  }
}

function onAdopted(state: ProcessState, event: { at: number; program: Program }): Step {
  switch (state.life.kind) {
    case 'new':
    case 'blocked':
    case 'backoff':
    case 'down':
    case 'exited':
    case 'failed':
    case 'ambiguous':
    case 'unknown': {
      const run = state.run + 1
      return { state: { run, life: { kind: 'up', run, since: event.at, program: event.program } }, effects: [] }
    }
    case 'starting':
    case 'up':
    case 'paused':
    case 'stopping':
      return stay(state)
    default:
      return assertNever(state.life)
  }
}

function onSeveralCandidates(state: ProcessState, event: Extract<LifeEvent, { kind: 'several-candidates' }>): Step {
  switch (state.life.kind) {
    case 'starting':
    case 'up':
    case 'paused':
    case 'stopping':
      return stay(state)
    default: {
      const { at: since, candidates } = event
      return move(state, { kind: 'ambiguous', run: state.run, since, candidates })
    }
  }
}
