/** A lost link often comes back within seconds; later tries are for hosts that are switched off. */
const firstDelayMs = 1000

/** Soon enough to notice that a machine is up again, rare enough to bother neither it nor the log of its sshd. */
export const longestDelayMs = 60_000

/** Hosts that were lost together, as when a network fails, must not all be tried in the same moment. */
const jitter = 0.25

/**
 * How long to wait before the next try, in milliseconds: none after no failed try, then 1 s, doubled each time up to a
 * minute, less up to a quarter. `random` is from 0 to below 1.
 */
export function retryDelayMs(failedTries: number, random: number): number {
  if (failedTries === 0) return 0
  const full = Math.min(firstDelayMs * 2 ** (failedTries - 1), longestDelayMs)
  return Math.round(full * (1 - jitter * random))
}
