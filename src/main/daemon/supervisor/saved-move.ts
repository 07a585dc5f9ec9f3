import { closeSync, openSync, statSync } from 'node:fs'
import type { Life } from '../../../shared/domain/life.ts'
import { endedWell, type RunEnd } from '../../../shared/domain/run-end.ts'
import type { LifeEvent } from '../../../shared/machine/life-event.ts'
import type { ProcessState } from '../../../shared/machine/life-machine.ts'
import type { SavedMove } from '../store/session-store.ts'
import type { Cause } from './engine.ts'
import type { Supervised } from './model.ts'

type Intent = NonNullable<SavedMove['intent']>

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

/** Where the output of the next run begins. */
const logEnds = ({ session, name }: Supervised) => ({
  outOffset: makeLog(session.paths.out(name)),
  errOffset: makeLog(session.paths.err(name)),
})

/** What is written down before a run is spawned. */
export const intentOf = (supervised: Supervised, before: ProcessState, event: LifeEvent): Intent => ({
  newIncarnation: startsAfresh(before.life, event),
  ...logEnds(supervised),
})

/** Whether a launch out of this life begins something new, or continues what an earlier start began. */
function startsAfresh(life: Life, event: LifeEvent): boolean {
  if (life.kind === 'blocked') return !life.isRestart
  return event.kind === 'start' && (life.kind === 'new' || isFinal(life))
}

/** The end of a run that an event speaks of. */
export function endIn(event: LifeEvent): RunEnd | null {
  if (event.kind === 'ended') return event.end
  return event.kind === 'could-not-start' ? { code: null, signal: null, at: event.at, reason: event.reason } : null
}

export type Move = {
  readonly event: LifeEvent
  readonly before: ProcessState
  readonly intent: Intent | null
  readonly cause: Cause
}

/** A move that was just made in memory, as it is written down. */
export function savedMoveOf(supervised: Supervised, { event, before, intent, cause }: Move): SavedMove {
  const { state } = supervised
  const isAdopted = event.kind === 'adopted'
  return {
    processId: supervised.id,
    at: 'at' in event ? event.at : event.end.at,
    actor: cause.actor,
    why: cause.why,
    kind: event.kind,
    state,
    desired: supervised.desired,
    memory: supervised.memory,
    runNumber: isAdopted ? state.run : before.run,
    intent: isAdopted ? { newIncarnation: true, ...logEnds(supervised) } : intent,
    program: event.kind === 'program-seen' || isAdopted ? event.program : null,
    end: endIn(event),
    result: isFinal(state.life) && !isFinal(before.life) ? resultOf(state.life) : null,
  }
}
