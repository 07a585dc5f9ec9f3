import type { LogParts } from '../logs/index.ts'
import type { Supervised } from '../supervisor/model.ts'

/** Parts that count as a follower of some processes for as long as somebody reads them. */
export type Followed = (processes: readonly Supervised[], parts: LogParts) => LogParts

/** Counts followers: `onChange` is called with true for the first of a process, with false when the last one has left. */
export function createFollowCount(onChange: (supervised: Supervised, following: boolean) => void): Followed {
  const counts = new Map<string, number>()
  const add = (supervised: Supervised, step: 1 | -1) => {
    const before = counts.get(supervised.id) ?? 0
    const now = before + step
    if (now === 0) counts.delete(supervised.id)
    else counts.set(supervised.id, now)
    if (before === 0 || now === 0) onChange(supervised, now > 0)
  }
  return async function* followed(processes, parts) {
    for (const supervised of processes) add(supervised, 1)
    try {
      return yield* parts
    } finally {
      for (const supervised of processes) add(supervised, -1)
    }
  }
}
