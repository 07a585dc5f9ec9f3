const taken = 0
const waiting = 1
const headway = 2
const counters = 4
const counterBytes = counters * Int32Array.BYTES_PER_ELEMENT

/**
 * What a searching thread and the one that reads its parts tell each other in shared memory: the searcher is busy and
 * hears no messages. It stops after each part until that one was taken, so it is never further ahead than that.
 */
export class SearchProgress {
  readonly memory: SharedArrayBuffer
  readonly #counters: Int32Array
  readonly #bytesRead: BigInt64Array

  /** Without `memory` a new one. */
  constructor(memory = new SharedArrayBuffer(counterBytes + BigInt64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory
    this.#counters = new Int32Array(memory, 0, counters)
    this.#bytesRead = new BigInt64Array(memory, counterBytes, 1)
  }

  /** Of the searcher: it looks at another line. */
  advance(): void {
    Atomics.add(this.#counters, headway, 1)
  }

  /** Of the searcher. */
  addRead(bytes: number): void {
    Atomics.add(this.#bytesRead, 0, BigInt(bytes))
  }

  /** Of the searcher: blocks its thread until `parts` parts in all were taken. */
  awaitTaken(parts: number): void {
    Atomics.store(this.#counters, waiting, 1)
    for (;;) {
      const now = Atomics.load(this.#counters, taken)
      if (now >= parts) break
      Atomics.wait(this.#counters, taken, now)
    }
    Atomics.store(this.#counters, waiting, 0)
    this.advance()
  }

  /** Of the reader: it wants to have what comes next. */
  take(): void {
    Atomics.add(this.#counters, taken, 1)
    Atomics.notify(this.#counters, taken)
  }

  /** True while the searcher waits for the reader. */
  get isWaiting(): boolean {
    return Atomics.load(this.#counters, waiting) === 1
  }

  /** Another number than before means that the searcher got on. */
  get headway(): number {
    return Atomics.load(this.#counters, headway)
  }

  get bytesRead(): number {
    return Number(Atomics.load(this.#bytesRead, 0))
  }
}
