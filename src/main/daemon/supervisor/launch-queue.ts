/**
 * Spawning blocks the event loop for about a millisecond each; more than this many in one turn would make everything
 * else (a list, a keystroke) wait noticeably.
 */
const startsPerTurn = 4

/** Runs jobs in order, a few per turn of the event loop. A job must not throw. */
export function createLaunchQueue() {
  const waiting: (() => void)[] = []
  let scheduled = false

  function runSlice(): void {
    scheduled = false
    for (const job of waiting.splice(0, startsPerTurn)) job()
    schedule()
  }

  function schedule(): void {
    if (scheduled || waiting.length === 0) return
    scheduled = true
    setImmediate(runSlice)
  }

  return {
    push(job: () => void): void {
      waiting.push(job)
      schedule()
    },
  }
}
