/**
 * Memory of one size that is used again and again, instead of becoming work for the collector of garbage, which lets
 * tens of megabytes gather before it looks at them.
 */
export class BufferPool {
  readonly size: number
  readonly #keptFree: number
  readonly #free: ArrayBuffer[] = []
  readonly #used = new WeakSet<ArrayBufferLike>()

  /** Keeps at most `keptFree` buffers of `size` bytes that nobody uses. */
  constructor(size: number, keptFree: number) {
    this.size = size
    this.#keptFree = keptFree
  }

  /** Its bytes are what somebody else left there. Who takes it owns it, and may forget it or give it back. */
  take(): ArrayBuffer {
    const buffer = this.#free.pop() ?? new ArrayBuffer(this.size)
    this.#used.add(buffer)
    return buffer
  }

  /** True for what was taken from here and not given back. */
  owns(buffer: ArrayBufferLike): buffer is ArrayBuffer {
    return this.#used.has(buffer)
  }

  /** Whoever gives a buffer back must not touch it any more. What is not from here is left alone. */
  giveBack(buffer: ArrayBufferLike): void {
    if (!this.owns(buffer)) return
    this.#used.delete(buffer)
    if (this.#free.length < this.#keptFree) this.#free.push(buffer)
  }
}
