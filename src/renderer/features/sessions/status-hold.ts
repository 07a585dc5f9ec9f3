import type { Status } from '../../../shared/text/status.ts'

/** Long enough to finish a click on a row that has just changed. */
export const holdMs = 2000

type Held = { place: Status; actual: Status; until: number }

/** Remembers by which status a row stands where it stands: for a moment after a change it keeps its place. */
export class StatusHold {
  private readonly rows = new Map<string, Held>()

  /** The status that decides the place of the row now. Times in milliseconds of one clock. */
  placeOf(id: string, actual: Status, now: number): Status {
    const held = this.rows.get(id)
    if (!held) {
      this.rows.set(id, { place: actual, actual, until: now })
      return actual
    }
    if (held.actual !== actual) {
      held.actual = actual
      held.until = now + holdMs
    }
    if (now >= held.until) held.place = held.actual
    return held.place
  }

  /** When the next row may move, or null. */
  nextRelease(): number | null {
    let next: number | null = null
    for (const { place, actual, until } of this.rows.values()) {
      if (place !== actual && (next === null || until < next)) next = until
    }
    return next
  }

  /** Every row may move at once: the user asked for another order. */
  release(): void {
    for (const held of this.rows.values()) held.place = held.actual
  }

  /** Drops what no longer exists. */
  keepOnly(exists: (id: string) => boolean): void {
    for (const id of this.rows.keys()) if (!exists(id)) this.rows.delete(id)
  }
}
