import type { LogCursor } from './cursor.ts'
import type { LogFile } from './log-file.ts'

/** Wakes one reader when one of its files changed, an unfinished line is due, or it is told to end. */
export class Wake {
  readonly #signal: AbortSignal
  readonly #unsubscribe: readonly (() => void)[]
  #changed = false
  #resume: (() => void) | null = null

  constructor(files: readonly LogFile[], signal: AbortSignal) {
    this.#signal = signal
    const wake = () => this.#wake()
    signal.addEventListener('abort', wake)
    this.#unsubscribe = [...files.map((file) => file.onChange(wake)), () => signal.removeEventListener('abort', wake)]
  }

  /** Resolves with false where the reader shall end. A change since the last wait counts. */
  async wait(cursors: readonly LogCursor[]): Promise<boolean> {
    if (!this.#changed && !this.#signal.aborted) await this.#nextChange(cursors)
    this.#changed = false
    return !this.#signal.aborted
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
  }

  async #nextChange(cursors: readonly LogCursor[]): Promise<void> {
    const holds = cursors.map((cursor) => cursor.holdMs).filter((hold) => hold !== null)
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#resume = resolve
      if (holds.length > 0) timer = setTimeout(resolve, Math.min(...holds))
    })
    this.#resume = null
    clearTimeout(timer)
  }

  #wake(): void {
    this.#changed = true
    this.#resume?.()
  }
}
