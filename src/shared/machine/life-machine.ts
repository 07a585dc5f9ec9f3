import type { Actor, Life, Program, Stopping } from '../domain/life.ts'
import { assertNever } from '../domain/result.ts'
import type { RunEnd } from '../domain/run-end.ts'

/** What is decided about one process: its latest run number (0 before the first) and its life. */
export type ProcessState = { readonly run: number; readonly life: Life }

/** What happened, as the adapters and the faces report it. `at` is milliseconds since 1970 UTC. */
export type LifeEvent =
  | { readonly kind: 'start'; readonly at: number; readonly by: Actor }
  | { readonly kind: 'program-seen'; readonly at: number; readonly run: number; readonly program: Program }
  | { readonly kind: 'could-not-start'; readonly at: number; readonly run: number; readonly reason: string }
  | { readonly kind: 'ended'; readonly run: number; readonly end: RunEnd }
  | {
      readonly kind: 'stop'
      readonly at: number
      readonly by: Actor
      readonly graceMs: number
      readonly next: Stopping['next']
    }
  /** The countdown ran out, or a person does not want to wait for it. */
  | { readonly kind: 'kill'; readonly at: number; readonly run: number }
  /** Nobody of the tree is left. */
  | { readonly kind: 'tree-gone'; readonly at: number; readonly run: number }
  /** SIGKILL was sent to everybody and these are still there (uninterruptible, or not ours to signal). */
  | { readonly kind: 'tree-survived'; readonly at: number; readonly run: number; readonly pids: readonly number[] }

/** What the supervisor must do next, in this order. */
export type LifeEffect =
  | { readonly kind: 'launch'; readonly run: number }
  | { readonly kind: 'signal-tree' }
  | { readonly kind: 'kill-tree' }
  | { readonly kind: 'arm-kill'; readonly at: number }
  | { readonly kind: 'disarm-kill' }
  /** Find out whether anybody of the tree is left. */
  | { readonly kind: 'look-for-tree' }

export type Step = { readonly state: ProcessState; readonly effects: readonly LifeEffect[] }

export const initialState: ProcessState = { run: 0, life: { kind: 'new' } }

const stay = (state: ProcessState): Step => ({ state, effects: [] })
const move = (state: ProcessState, life: Life, ...effects: readonly LifeEffect[]): Step => ({
  state: { run: state.run, life },
  effects,
})

function launchNext(state: ProcessState, at: number, ...before: readonly LifeEffect[]): Step {
  const run = state.run + 1
  return { state: { run, life: { kind: 'starting', run, since: at } }, effects: [...before, { kind: 'launch', run }] }
}

/**
 * All moves of a process, in one place (docs/architecture.md). Pure: the same state and event always give the same
 * step. An event that makes no sense in a state, such as the late end of an earlier run, changes nothing.
 */
export function step(state: ProcessState, event: LifeEvent): Step {
  if ('run' in event && event.run !== state.run) return stay(state)
  switch (event.kind) {
    case 'start':
      return onStart(state, event.at)
    case 'program-seen':
      return onProgramSeen(state, event)
    case 'could-not-start':
      return onCouldNotStart(state, event)
    case 'ended':
      return onEnded(state, event.end)
    case 'stop':
      return onStop(state, event)
    case 'kill':
      return onKill(state)
    case 'tree-gone':
      return onTreeGone(state, event.at)
    case 'tree-survived':
      return state.life.kind === 'stopping' ? move(state, { ...state.life, survivors: event.pids }) : stay(state)
    default:
      return assertNever(event)
  }
}

function onStart(state: ProcessState, at: number): Step {
  switch (state.life.kind) {
    case 'new':
    case 'down':
    case 'exited':
    case 'failed':
      return launchNext(state, at)
    case 'stopping':
      // A start during a slow stop waits for its end instead of making a second copy.
      return move(state, { ...state.life, next: 'start' })
    case 'starting':
    case 'up':
    case 'unknown':
      return stay(state)
    default:
      return assertNever(state.life)
  }
}

function onProgramSeen(state: ProcessState, event: { at: number; run: number; program: Program }): Step {
  switch (state.life.kind) {
    case 'starting':
      return move(state, { kind: 'up', run: event.run, since: event.at, program: event.program })
    case 'unknown':
      return move(state, { kind: 'up', run: event.run, since: event.at, program: event.program })
    case 'stopping':
      // The stop was asked before the program had reported itself: signal again, now that it is known.
      return state.life.program === null
        ? move(
            state,
            { ...state.life, program: event.program },
            { kind: state.life.killAt === null ? 'kill-tree' : 'signal-tree' },
          )
        : stay(state)
    default:
      return stay(state)
  }
}

function onCouldNotStart(state: ProcessState, event: { at: number; reason: string }): Step {
  switch (state.life.kind) {
    case 'starting':
    // The identity comes a moment before the exec that fails.
    case 'up':
      return move(state, { kind: 'failed', since: event.at, reason: event.reason })
    case 'stopping':
      return move(state, state.life, { kind: 'look-for-tree' })
    default:
      return stay(state)
  }
}

function onEnded(state: ProcessState, end: RunEnd): Step {
  switch (state.life.kind) {
    case 'starting':
    case 'up':
    case 'unknown':
      return move(state, { kind: 'exited', run: state.run, end })
    case 'stopping':
      // The program is gone, its children may not be: the stop ends when the tree has.
      return move(state, state.life, { kind: 'look-for-tree' })
    default:
      return stay(state)
  }
}

function onStop(state: ProcessState, event: Extract<LifeEvent, { kind: 'stop' }>): Step {
  const life = state.life
  switch (life.kind) {
    case 'stopping':
      return move(state, { ...life, next: event.next })
    case 'new':
      return move(state, { kind: 'down', since: event.at, reason: 'Stopped before it ran' })
    case 'starting':
    case 'up':
    case 'exited':
    case 'failed':
    case 'down':
    case 'unknown': {
      // From an ended life this is about what the program left behind; an empty tree ends the stop at once.
      const killAt = event.at + event.graceMs
      const stopping: Stopping = {
        kind: 'stopping',
        run: state.run,
        since: event.at,
        killAt,
        program: life.kind === 'up' ? life.program : null,
        by: event.by,
        next: event.next,
        survivors: [],
      }
      return move(state, stopping, { kind: 'signal-tree' }, { kind: 'arm-kill', at: killAt })
    }
    default:
      return assertNever(life)
  }
}

function onKill(state: ProcessState): Step {
  if (state.life.kind !== 'stopping' || state.life.killAt === null) return stay(state)
  return move(state, { ...state.life, killAt: null }, { kind: 'disarm-kill' }, { kind: 'kill-tree' })
}

function onTreeGone(state: ProcessState, at: number): Step {
  if (state.life.kind !== 'stopping') return stay(state)
  if (state.life.next === 'start') return launchNext(state, at, { kind: 'disarm-kill' })
  const reason = state.life.by === 'user' ? 'Stopped by you' : 'Stopped by the session'
  return move(state, { kind: 'down', since: at, reason }, { kind: 'disarm-kill' })
}
