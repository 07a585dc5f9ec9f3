import type { FileHandle } from 'node:fs/promises'
import type { LogSegment } from '../../../shared/contract/log-part.ts'
import type { LogFile } from './log-file.ts'
import { newline, openIfThere, readAt } from './reader.ts'
import type { TimeEntry } from './time-index.ts'

export type LogStream = LogSegment['stream']

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
 * Reads one log file onwards from a position, one block at a time, as segments of whole lines with one time each.
 * A file that began anew is read from its start.
 */
export class LogCursor {
  readonly stream: LogStream
  readonly file: LogFile
  readonly #blockBytes: number
  #position: number
  readonly #stop: number | null
  #generation: number
  #handle: FileHandle | null = null
  #segments: readonly LogSegment[] = []
  #taken = 0
  /** By the monotonic clock; null while no unfinished line waits. */
  #holdUntil: number | null = null

  constructor(stream: LogStream, file: LogFile, range: LogRange, blockBytes: number) {
    this.stream = stream
    this.file = file
    this.#position = range.start
    this.#stop = range.stop
    this.#blockBytes = blockBytes
    this.#generation = range.generation
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

  /** Reads the next block, where there is no segment left and bytes have come. Throws where the file cannot be read. */
  async fill(): Promise<void> {
    if (this.next !== undefined) return
    await this.#noticeRestart()
    const end = Math.min(this.file.end, this.#stop ?? Number.POSITIVE_INFINITY)
    if (this.#position >= end) return
    this.#handle ??= await openIfThere(this.file.path)
    if (this.#handle === null) return
    const length = Math.min(end - this.#position, this.#blockBytes)
    const block = await readAt(this.#handle, this.#position, length)
    // Shorter only where the file was cut in this moment: the look finds that out.
    if (block.length < length) this.file.look()
    const bytes = block.subarray(0, this.#sendable(block))
    if (bytes.length === 0) return
    this.#holdUntil = null
    const entries = this.file.index.entriesOver(this.#position, this.#position + bytes.length)
    this.#segments = splitByTime(this.stream, this.#position, bytes, entries)
    this.#taken = 0
    this.#position += bytes.length
  }

  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = null
  }

  async #noticeRestart(): Promise<void> {
    if (this.#generation === this.file.generation) return
    this.#generation = this.file.generation
    this.#holdUntil = null
    // A bounded read was about the file that is gone; a follower reads the new one from its start.
    this.#position = this.#stop ?? 0
    await this.close()
  }

  /** How much of a block may go: whole lines, or all of it where a line is longer than a block or has waited enough. */
  #sendable(block: Buffer): number {
    const wholeLines = block.lastIndexOf(newline) + 1
    if (wholeLines > 0) return wholeLines
    if (block.length === this.#blockBytes || this.#stop !== null || !this.file.isWritten) return block.length
    this.#holdUntil ??= performance.now() + unfinishedLineHoldMs
    return performance.now() < this.#holdUntil ? 0 : block.length
  }
}

/** Cuts whole lines where their times change. A line belongs to the interval in which its last byte came. */
function splitByTime(stream: LogStream, offset: number, bytes: Buffer, entries: readonly TimeEntry[]): LogSegment[] {
  const segments: LogSegment[] = []
  let start = 0
  let time = 0
  for (const entry of entries) {
    time = entry.time
    const within = entry.offset - offset
    if (within >= bytes.length) break
    const end = bytes.lastIndexOf(newline, within - 1) + 1
    if (end <= start) continue
    segments.push({ stream, offset: offset + start, time, bytes: bytes.subarray(start, end) })
    start = end
  }
  if (start < bytes.length) segments.push({ stream, offset: offset + start, time, bytes: bytes.subarray(start) })
  return segments
}
