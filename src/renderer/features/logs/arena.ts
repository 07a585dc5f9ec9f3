export type StreamName = 'out' | 'err'

// Large enough that a full window has few arenas, small enough that trimming the oldest one is a small step.
const bytesPerArena = 256 * 1024
export const linesPerArena = 4096

/** The longest line kept in one piece; what follows begins a new line. Bounds the cost of a file without newlines. */
export const maxLineBytes = 1024 * 1024

const newline = 10
const carriageReturn = 13

/** Consecutive lines of both streams: their bytes in one buffer and one entry per line in parallel arrays. */
export class Arena {
  readonly streams: StreamName[] = []
  /** Where each line begins in its file. */
  readonly offsets: number[] = []
  readonly times: number[] = []
  /** Id of the first line; the others follow. */
  firstId: number
  size = 0
  /** Where the last line of each stream begins; -1 when it has none here. */
  readonly lastOffset: Record<StreamName, number> = { out: -1, err: -1 }
  private readonly starts: number[] = []
  private readonly ends: number[] = []
  private buffer = new Uint8Array(4096)

  constructor(firstId: number) {
    this.firstId = firstId
  }

  get count(): number {
    return this.offsets.length
  }

  get full(): boolean {
    return this.size >= bytesPerArena || this.count >= linesPerArena
  }

  /** Adds a line (without its newline) and gives its place. */
  add(stream: StreamName, offset: number, time: number, bytes: Uint8Array): number {
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.size)
    const index = this.count
    this.streams.push(stream)
    this.offsets.push(offset)
    this.lastOffset[stream] = offset
    this.times.push(time)
    this.starts.push(this.size)
    this.size += bytes.length
    this.ends.push(this.size)
    this.collapse(index, 0)
    return index
  }

  /** Adds bytes to a line that had no newline yet. */
  extend(index: number, time: number, bytes: Uint8Array): void {
    const start = this.starts[index] ?? 0
    const end = this.ends[index] ?? 0
    const known = end - start
    if (end !== this.size) {
      this.reserve(known)
      this.buffer.copyWithin(this.size, start, end)
      this.starts[index] = this.size
      this.size += known
    }
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.size)
    this.size += bytes.length
    this.ends[index] = this.size
    this.times[index] = time
    this.collapse(index, Math.max(0, known - 1))
  }

  lengthOf(index: number): number {
    return (this.ends[index] ?? 0) - (this.starts[index] ?? 0)
  }

  /** The bytes of a line without the carriage return that may end it. */
  bytesOf(index: number): Uint8Array {
    const start = this.starts[index] ?? 0
    const end = this.ends[index] ?? 0
    return this.buffer.subarray(start, this.buffer[end - 1] === carriageReturn ? Math.max(start, end - 1) : end)
  }

  /**
   * A program that draws progress returns to the start of its line again and again; only its last state is kept. Looks
   * for carriage returns from `from` bytes into the line.
   */
  private collapse(index: number, from: number): void {
    const start = this.starts[index] ?? 0
    const end = this.ends[index] ?? 0
    const last = this.buffer.subarray(start + from, Math.max(start + from, end - 1)).lastIndexOf(carriageReturn)
    if (last < 0) return
    const kept = start + from + last + 1
    if (end === this.size) {
      this.buffer.copyWithin(start, kept, end)
      this.size = start + (end - kept)
      this.ends[index] = this.size
    } else {
      this.starts[index] = kept
    }
  }

  private reserve(more: number): void {
    if (this.size + more <= this.buffer.length) return
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.size + more))
    larger.set(this.buffer.subarray(0, this.size))
    this.buffer = larger
  }
}

/** Position of the next newline at or after `from`, or -1. */
export const nextNewline = (bytes: Uint8Array, from: number): number => bytes.indexOf(newline, from)
