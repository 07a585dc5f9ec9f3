import type { LogCursor } from './cursor.ts'
import type { LogFile } from './log-file.ts'

/** What a Node timer can wait at most: a signed 32-bit number of milliseconds. */
const longestDelayMs = 2_147_483_647

/** Wakes one reader when one of its files changed, an unfinished line is due, or it is told to end. */
export class Wake {
  readonly #signal: AbortSignal
  readonly #leftMs: () => number
  readonly #unsubscribe: readonly (() => void)[]
  #changed = false
  #resume: (() => void) | null = null

  /** `leftMs` tells how long the reader follows; infinite where only `signal` ends it. */
  constructor(files: readonly LogFile[], signal: AbortSignal, leftMs: () => number) {
    this.#signal = signal
    this.#leftMs = leftMs
    const wake = () => this.#wake()
    signal.addEventListener('abort', wake)
    this.#unsubscribe = [...files.map((file) => file.onChange(wake)), () => signal.removeEventListener('abort', wake)]
  }

  /** Resolves with false where the reader shall end. A change since the last wait counts. */
  async wait(cursors: readonly LogCursor[]): Promise<boolean> {
    if (!this.#changed && !this.#signal.aborted) {
      const holds = cursors.map((cursor) => cursor.holdMs).filter((hold) => hold !== null)
      // An unfinished line that came in time is waited for.
      if (this.#leftMs() <= 0 && holds.length === 0) return false
      await this.#nextChange(Math.min(...holds, holds.length > 0 ? longestDelayMs : this.#leftMs()))
    }
    this.#changed = false
    return !this.#signal.aborted
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
  }

  async #nextChange(atMostMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#resume = resolve
      if (atMostMs !== Number.POSITIVE_INFINITY) timer = setTimeout(resolve, Math.min(atMostMs, longestDelayMs))
    })
    this.#resume = null
    clearTimeout(timer)
  }

  #wake(): void {
    this.#changed = true
    this.#resume?.()
  }
}

/** Resolves after `delayMs`, however long, and when `signal` aborts. */
export async function delay(leftMs: () => number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && leftMs() > 0) {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, Math.min(leftMs(), longestDelayMs))
      signal.addEventListener('abort', done)
    })
  }
}
