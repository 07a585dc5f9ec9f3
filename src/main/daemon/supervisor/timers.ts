import { longestBackoffMs } from '../../../shared/machine/restart-policy.ts'
import type { Supervised } from './model.ts'

/** Calls back when the countdown of a stop is over. One countdown per process. */
export function armKill(supervised: Supervised, delayMs: number, onDue: () => void): void {
  disarmKill(supervised)
  supervised.killTimer = setTimeout(
    () => {
      supervised.killTimer = null
      onDue()
    },
    Math.max(0, delayMs),
  )
}

export function disarmKill(supervised: Supervised): void {
  if (supervised.killTimer !== null) clearTimeout(supervised.killTimer)
  supervised.killTimer = null
}

/** Calls back when the back-off is over. A clock that was set back makes nobody wait longer than the longest one. */
export function armRestart(supervised: Supervised, delayMs: number, onDue: () => void): void {
  disarmRestart(supervised)
  supervised.restartTimer = setTimeout(
    () => {
      supervised.restartTimer = null
      onDue()
    },
    Math.min(Math.max(0, delayMs), longestBackoffMs),
  )
}

export function disarmRestart(supervised: Supervised): void {
  if (supervised.restartTimer !== null) clearTimeout(supervised.restartTimer)
  supervised.restartTimer = null
}
