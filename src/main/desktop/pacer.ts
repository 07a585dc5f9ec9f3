/**
 * Runs `act` at once when `ask` is called after a quiet time, else when the interval since the last run is over: at most
 * once per interval, and never losing the last request.
 */
export function createPacer(intervalMs: number, act: () => void): { ask(): void; cancel(): void } {
  let timer: NodeJS.Timeout | null = null
  let asked = false

  const run = () => {
    asked = false
    timer = setTimeout(() => {
      timer = null
      if (asked) run()
    }, intervalMs)
    act()
  }
  return {
    ask() {
      asked = true
      if (timer === null) run()
    },
    cancel() {
      if (timer !== null) clearTimeout(timer)
      timer = null
      asked = false
    },
  }
}
