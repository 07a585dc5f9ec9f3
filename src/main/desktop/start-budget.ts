/** A daemon that ended this often will not be cured by one more start; a person has to look. */
export const maxRestarts = 5
/** Ends further apart than this are separate misfortunes, not one that starting again brings back. */
export const restartWindowMs = 10 * 60_000

/** How often the daemon may still be started. */
export type StartBudget = {
  /** The number of the restart (0 for the first start of all), or null when it was started too often. */
  take(): number | null
  /** One ran already: whatever is started from now on is a restart. */
  foundRunning(): void
  /** A person asked for another try. */
  reset(): void
}

/** `now` in milliseconds; any clock that does not go back. */
export function createStartBudget(now: () => number): StartBudget {
  let startedBefore = false
  let restarts: number[] = []
  return {
    take() {
      if (!startedBefore) {
        startedBefore = true
        return 0
      }
      const at = now()
      restarts = restarts.filter((time) => at - time < restartWindowMs)
      if (restarts.length >= maxRestarts) return null
      restarts.push(at)
      return restarts.length
    },
    foundRunning() {
      startedBefore = true
    },
    reset() {
      startedBefore = false
      restarts = []
    },
  }
}
