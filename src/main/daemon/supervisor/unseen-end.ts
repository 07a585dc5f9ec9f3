import { programOf } from '../../../shared/domain/life.ts'
import type { RunEnd } from '../../../shared/domain/run-end.ts'
import { codeNotObservable } from '../../../shared/machine/restart-policy.ts'
import type { Supervised } from './model.ts'

/** True while its living program was started by somebody else, without our shim. */
export const isAttached = (supervised: Supervised): boolean => programOf(supervised.state.life)?.shimPid === null

/** The end of a run that nobody saw: its recorder was killed, or there never was one. */
export const unseenEnd = (supervised: Supervised, at: number): RunEnd => ({
  code: null,
  signal: null,
  at,
  reason: isAttached(supervised) ? codeNotObservable : 'recorder lost',
})
