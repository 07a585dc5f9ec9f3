import { useSyncExternalStore } from 'react'

const tickMs = 1000
const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function tick(): void {
  now = Date.now()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === undefined) {
    now = Date.now()
    timer = setInterval(tick, tickMs)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** The time to a second, one clock for all ages and countdowns. Milliseconds since 1970 UTC. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now)

/** A sentence that depends on the time; renders only when its words change. */
export const useTimed = (say: (now: number) => string): string => useSyncExternalStore(subscribe, () => say(now))
