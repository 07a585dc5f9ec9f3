import { setImmediate as nextTurn } from 'node:timers/promises'

/** A scan of 600 processes takes some 40 ms; the loop serves others after each such part of it. */
const sliceMs = 3

/** Cuts long work into slices between which the event loop gets a turn. */
export class Slices {
  private endsAt = performance.now() + sliceMs

  /** To be awaited between two small steps; gives the loop a turn when this slice is used up. */
  async breathe(): Promise<void> {
    if (performance.now() < this.endsAt) return
    await nextTurn()
    this.endsAt = performance.now() + sliceMs
  }
}
