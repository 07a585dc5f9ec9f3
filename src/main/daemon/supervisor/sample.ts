import type { LiveFingerprint, SavedState } from '../../../shared/domain/fingerprint.ts'
import { programOf } from '../../../shared/domain/life.ts'
import type { ConditionSample } from '../conditions/sample.ts'
import type { FingerprintSweep } from '../host/port.ts'
import type { EngineParts } from './engine.ts'
import type { Supervised } from './model.ts'

/** The fingerprint of its living program; null when nothing runs. */
export async function fingerprintOf(supervised: Supervised, sweep: FingerprintSweep): Promise<LiveFingerprint | null> {
  const program = programOf(supervised.state.life)
  return program === null ? null : sweep.read(program.identity.pid)
}

/** Its saved states as they are compared: the logs that we give to its runs are part of none of them. */
export function comparableStates({ states, session, name }: Supervised): SavedState[] {
  const logs = [session.paths.out(name), session.paths.err(name)]
  return states.map((state) => ({ ...state, ignore: [...state.ignore, ...logs] }))
}

/** What conditions may speak of, now. */
export async function sampleOf(
  parts: EngineParts,
  supervised: Supervised,
  sweep: FingerprintSweep,
): Promise<ConditionSample> {
  const fp = await fingerprintOf(supervised, sweep)
  const { life } = supervised.state
  const program = programOf(life)
  return {
    fp,
    state: supervised.tag?.label ?? '',
    life: life.kind,
    ready: life.kind === 'up',
    pid: program?.identity.pid ?? 0,
    alias: supervised.definition.alias ?? '',
    name: supervised.name,
    uptime: program === null || supervised.startedAt === null ? 0 : (parts.now() - supervised.startedAt) / 1000,
    restarts: supervised.restarts,
  }
}
