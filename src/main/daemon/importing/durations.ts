/** The longest time that a setting of a process takes: a day. */
export const longestMs = 86_400_000
/** Readiness is not tried more often. */
const shortestIntervalMs = 10

/** Seconds of a file as whole milliseconds from 0 to a day; null for other numbers. */
export function millisecondsOf(seconds: number | null): number | null {
  if (seconds === null) return null
  const milliseconds = Math.round(seconds * 1000)
  return milliseconds >= 0 && milliseconds <= longestMs ? milliseconds : null
}

/** Within what a readiness check may have as its interval or timeout. */
export const asReadyTime = (milliseconds: number): number =>
  Math.min(longestMs, Math.max(shortestIntervalMs, Math.round(milliseconds)))
