// Large enough that a full window has few arenas, small enough that trimming the oldest one is a small step.
const bytesPerArena = 256 * 1024
export const linesPerArena = 4096
// A line that grows is moved to where it has room; doubling keeps the copying of a growing line in proportion.
const growth = 2

/** Where a line, or the state of it that is shown, comes from. */
export type LineStart = {
  /** See log-files.ts. */
  readonly file: number
  /** Where the line begins in its file. */
  readonly offset: number
  /** Where its text begins: later than the line when a carriage return made what came before it obsolete. */
  readonly textOffset: number
  readonly time: number
}

/** Consecutive lines: their bytes in one buffer and one entry per line in parallel arrays. */
export class Arena {
  readonly files: number[] = []
  readonly offsets: number[] = []
  readonly textOffsets: number[] = []
  readonly times: number[] = []
  /** Bytes of each line's text, also those that are not kept. */
  readonly lengths: number[] = []
  /** Id of the first line; the others follow. */
  firstId: number
  size = 0
  /** Where the last line of each file begins. */
  private readonly last = new Map<number, number>()
  private readonly keptBytes: number
  private readonly starts: number[] = []
  private readonly ends: number[] = []
  /** Up to where each line may grow without being moved. */
  private readonly rooms: number[] = []
  private buffer = new Uint8Array(4096)

  /** Of a line longer than `keptBytes` only the beginning is kept. */
  constructor(firstId: number, keptBytes: number) {
    this.firstId = firstId
    this.keptBytes = keptBytes
  }

  get count(): number {
    return this.offsets.length
  }

  get full(): boolean {
    return this.size >= bytesPerArena || this.count >= linesPerArena
  }

  /** Where the last line of a file begins; -1 when it has none here. */
  lastOffset(file: number): number {
    return this.last.get(file) ?? -1
  }

  /** Adds a line (without its end) and gives its place. */
  add(line: LineStart, text: Uint8Array): number {
    const index = this.count
    this.files.push(line.file)
    this.offsets.push(line.offset)
    this.textOffsets.push(line.textOffset)
    this.last.set(line.file, line.offset)
    this.times.push(line.time)
    this.lengths.push(text.length)
    this.starts.push(this.size)
    this.ends.push(this.size)
    this.rooms.push(this.size)
    this.store(index, text)
    return index
  }

  /** Adds text to a line that has not ended. */
  extend(index: number, time: number, text: Uint8Array): void {
    const isWhole = this.keptOf(index) === this.lengths[index]
    this.lengths[index] = (this.lengths[index] ?? 0) + text.length
    this.times[index] = time
    if (isWhole) this.store(index, text)
  }

  /** Another text in place of the one that a line has. */
  replace(index: number, line: Pick<LineStart, 'textOffset' | 'time'>, text: Uint8Array): void {
    this.textOffsets[index] = line.textOffset
    this.times[index] = line.time
    this.lengths[index] = text.length
    const start = this.starts[index] ?? 0
    if (this.rooms[index] === this.size) {
      this.size = start
      this.rooms[index] = start
    }
    this.ends[index] = start
    this.store(index, text)
  }

  /** Bytes of a line that are here. */
  keptOf(index: number): number {
    return (this.ends[index] ?? 0) - (this.starts[index] ?? 0)
  }

  bytesOf(index: number): Uint8Array {
    return this.buffer.subarray(this.starts[index] ?? 0, this.ends[index] ?? 0)
  }

  /** Appends what may be kept of `text` to the bytes of a line. */
  private store(index: number, text: Uint8Array): void {
    const known = this.keptOf(index)
    const kept = text.subarray(0, Math.max(0, this.keptBytes - known))
    this.makeRoom(index, kept.length)
    const end = this.ends[index] ?? 0
    this.buffer.set(kept, end)
    this.ends[index] = end + kept.length
  }

  private makeRoom(index: number, more: number): void {
    const end = this.ends[index] ?? 0
    const room = this.rooms[index] ?? 0
    if (end + more <= room) return
    if (room === this.size) {
      this.reserve(end + more - room)
      this.size = end + more
      this.rooms[index] = this.size
      return
    }
    const start = this.starts[index] ?? 0
    const known = end - start
    const wanted = Math.min(this.keptBytes, (known + more) * growth)
    this.reserve(wanted)
    this.buffer.copyWithin(this.size, start, end)
    this.starts[index] = this.size
    this.ends[index] = this.size + known
    this.size += wanted
    this.rooms[index] = this.size
  }

  private reserve(more: number): void {
    if (this.size + more <= this.buffer.length) return
    const larger = new Uint8Array(Math.max(this.buffer.length * growth, this.size + more))
    larger.set(this.buffer.subarray(0, this.size))
    this.buffer = larger
  }
}
