/** The daemon takes no more at once. */
const longestInput = 65_536

/** So much may wait to be sent; then the keyboard is not read until it is. */
const crowded = longestInput

export type TypedInputOptions = {
  /** Resolves when the program has it. */
  readonly send: (text: string) => Promise<void>
  readonly pause: () => void
  readonly resume: () => void
}

/** Sends what is typed in its order, one piece at a time: what is typed meanwhile goes with the next. */
export class TypedInput {
  readonly #options: TypedInputOptions
  #waiting = ''
  #sending: Promise<void> | null = null
  #isPaused = false

  constructor(options: TypedInputOptions) {
    this.#options = options
  }

  add(text: string): void {
    this.#waiting += text
    if (this.#waiting.length > crowded && !this.#isPaused) {
      this.#isPaused = true
      this.#options.pause()
    }
    this.#sending ??= this.#sendAll()
  }

  /** Resolves when everything was sent. */
  async sent(): Promise<void> {
    await this.#sending
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting !== '') {
      const piece = pieceOf(this.#waiting)
      this.#waiting = this.#waiting.slice(piece.length)
      await this.#options.send(piece)
      if (this.#isPaused && this.#waiting.length <= crowded) {
        this.#isPaused = false
        this.#options.resume()
      }
    }
    // At once with the look that found nothing: what comes later begins anew.
    this.#sending = null
  }
}

/** The beginning of a text that may be sent at once, without half a character at its end. */
function pieceOf(text: string): string {
  const isHalf = /[\ud800-\udbff]$/.test(text.slice(0, longestInput))
  return text.slice(0, isHalf && text.length > longestInput ? longestInput - 1 : longestInput)
}
