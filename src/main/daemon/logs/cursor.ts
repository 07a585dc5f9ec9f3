import type { LogSegment } from '../../../shared/contract/log-part.ts'
import { type DroppedRange, rangeAt, rangeFrom } from './dropped-ranges.ts'
import type { LogFile } from './log-file.ts'
import { newline } from './reader.ts'
import type { SharedBlock } from './shared-blocks.ts'
import type { TimeEntry } from './time-index.ts'

export type LogStream = LogSegment['stream']

/** One file among those that are read together; `source` is the number of its process. */
export type LogOrigin = { readonly source: number; readonly stream: LogStream; readonly file: LogFile }

export type LogRange = {
  readonly start: number
  /** Where to stop; null while more may come. */
  readonly stop: number | null
  /** The generation of the file that the offsets are about. */
  readonly generation: number
}

/** A line without its newline is held back this long, so that lines written in pieces arrive whole. */
const unfinishedLineHoldMs = 250

/**
 * Reads one log file onwards from a position, one block at a time, as segments of whole lines with one time each, and as
 * gaps where bytes were dropped, also while they were read. A file that began anew is read from its start.
 */
export class LogCursor {
  readonly source: number
  readonly stream: LogStream
  readonly file: LogFile
  readonly #blockBytes: number
  #position: number
  readonly #stop: number | null
  #generation: number
  /** What the segments are parts of. */
  #block: SharedBlock | null = null
  #segments: readonly LogSegment[] = []
  #taken = 0
  /** By the monotonic clock; null while no unfinished line waits. */
  #holdUntil: number | null = null

  constructor({ source, stream, file }: LogOrigin, range: LogRange, blockBytes: number) {
    this.source = source
    this.stream = stream
    this.file = file
    this.#position = range.start
    this.#stop = range.stop
    this.#blockBytes = blockBytes
    this.#generation = range.generation
    file.blocks.retain()
  }

  /** Behind what was read; ahead of what was taken while segments are left. */
  get position(): number {
    return this.#position
  }

  get next(): LogSegment | undefined {
    return this.#segments[this.#taken]
  }

  /** Milliseconds until an unfinished line is due; null while none waits. */
  get holdMs(): number | null {
    return this.#holdUntil === null ? null : Math.max(0, this.#holdUntil - performance.now())
  }

  take(): void {
    this.#taken += 1
  }

  /**
   * Segments that were taken are no longer valid. Reads the next block of what lies before `until`, where there is no segment left and bytes have come. Throws where
   * the file cannot be read.
   */
  async fill(until: number = this.file.end): Promise<void> {
    if (this.next !== undefined) return
    this.#releaseBlock()
    this.#noticeRestart()
    const end = Math.min(until, this.file.end, this.#stop ?? Number.POSITIVE_INFINITY)
    if (this.#position >= end) return
    const before = rangeAt(this.file.dropped, this.#position)
    if (before !== null) {
      this.#passGap(before, end)
      return
    }
    const length = Math.min(this.#readable(end) - this.#position, this.#blockBytes)
    this.#block = await this.file.blocks.read(this.file.revision, this.#position, length)
    if (this.#block === null) return
    const block = this.#block.bytes
    // Shorter only where the file was cut in this moment: the look finds that out.
    if (block.length < length) this.file.look()
    this.file.refreshDropped()
    if (this.#generation !== this.file.generation) return
    // Stored before the bytes were freed: what was read before it was stored is right, and the rest may be NULs.
    const meanwhile = rangeAt(this.file.dropped, this.#position)
    if (meanwhile === null) this.#take(block.subarray(0, this.#readable(end) - this.#position), end)
    else this.#passGap(meanwhile, end)
  }

  async close(): Promise<void> {
    this.#releaseBlock()
    await this.file.blocks.release()
  }

  #releaseBlock(): void {
    this.#block?.release()
    this.#block = null
  }

  /** Where the next gap begins, or the end. */
  #readable(end: number): number {
    return Math.min(end, rangeFrom(this.file.dropped, this.#position)?.start ?? end)
  }

  /** A gap that reaches beyond the end is for later: what ends it is not there yet. */
  #passGap(range: DroppedRange, end: number): void {
    const gapEnd = Math.min(range.end, this.#stop ?? range.end)
    if (gapEnd > end) return
    const { source, stream } = this
    const { time, reason } = range
    this.#advance([{ kind: 'gap', source, stream, offset: this.#position, end: gapEnd, time, reason }], gapEnd)
  }

  #take(block: Buffer, end: number): void {
    const endsAtGap = this.#readable(end) < end && this.#position + block.length === this.#readable(end)
    const bytes = block.subarray(0, endsAtGap ? block.length : this.#sendable(block))
    if (bytes.length === 0) return
    const next = this.#position + bytes.length
    const entries = this.file.index.entriesOver(this.#position, next)
    this.#advance(splitByTime(this, this.#position, bytes, entries), next)
  }

  #advance(segments: readonly LogSegment[], position: number): void {
    this.#holdUntil = null
    this.#segments = segments
    this.#taken = 0
    this.#position = position
  }

  #noticeRestart(): void {
    if (this.#generation === this.file.generation) return
    this.#generation = this.file.generation
    this.#holdUntil = null
    // A bounded read was about the file that is gone; a follower reads the new one from its start.
    this.#position = this.#stop ?? 0
  }

  /** How much of a block may go: whole lines, or all of it where a line is longer than a block or has waited enough. */
  #sendable(block: Uint8Array): number {
    const wholeLines = block.lastIndexOf(newline) + 1
    if (wholeLines > 0) return wholeLines
    if (block.length === this.#blockBytes || this.#stop !== null || !this.file.isWritten) return block.length
    this.#holdUntil ??= performance.now() + unfinishedLineHoldMs
    return performance.now() < this.#holdUntil ? 0 : block.length
  }
}

/** Cuts whole lines where their times change. A line belongs to the interval in which its last byte came. */
function splitByTime(
  { source, stream }: LogOrigin,
  offset: number,
  bytes: Uint8Array,
  entries: readonly TimeEntry[],
): LogSegment[] {
  const segments: LogSegment[] = []
  let start = 0
  let time = 0
  for (const entry of entries) {
    time = entry.time
    const within = entry.offset - offset
    if (within >= bytes.length) break
    const end = bytes.lastIndexOf(newline, within - 1) + 1
    if (end <= start) continue
    segments.push({ kind: 'lines', source, stream, offset: offset + start, time, bytes: bytes.subarray(start, end) })
    start = end
  }
  if (start < bytes.length) {
    segments.push({ kind: 'lines', source, stream, offset: offset + start, time, bytes: bytes.subarray(start) })
  }
  return segments
}
