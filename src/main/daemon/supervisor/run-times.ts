import type { RunEnd } from '../../../shared/domain/run-end.ts'

/**
 * How much later than it happened the beginning of a run may be noticed: its end is exact to the hundredth of a second,
 * its beginning is noted when it is seen, at the latest by the second sweep. A greater difference is a clock that was set
 * back.
 */
const noticedWithinMs = 2000

/** The end of a run, not before the beginning that was noted for it: a program may live shorter than it takes to see it. */
export function endAfterStart(end: RunEnd, startedAt: number | null): RunEnd {
  if (startedAt === null || end.at >= startedAt || startedAt - end.at > noticedWithinMs) return end
  return { ...end, at: startedAt }
}
