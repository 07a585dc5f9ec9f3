import type { GapReason, LogLines as Lines, LogGap, LogSegment } from '../../../shared/contract/log-part.ts'
import { Arena } from './arena.ts'
import { fileOf, type Offsets, type StreamName, sourceOf, streamOf } from './log-files.ts'
import { olderOnly } from './older-only.ts'
import { nextNewline, readPiece } from './pieces.ts'

export type Line = {
  /** Stays the same while lines come and go around it. */
  readonly id: number
  /** Which process wrote it, counted from 0, and where to. */
  readonly source: number
  readonly stream: StreamName
  readonly file: number
  /** Where it begins in its file, in bytes. */
  readonly offset: number
  /** Where its text begins there. */
  readonly textOffset: number
  /** Milliseconds since 1970 UTC, late by at most the index interval. */
  readonly time: number
  /** Bytes of its text, and how many of them are in the window. */
  readonly length: number
  readonly kept: number
}

/** Bytes of one file that are no longer there, between two lines. */
export type Gap = {
  readonly file: number
  readonly offset: number
  readonly end: number
  /** When the last of them was written. */
  readonly time: number
  readonly reason: GapReason
  /** Id of the line that it stands before. */
  readonly beforeId: number
}

/** The part of one file that the window holds: bytes from `start` up to `end`. */
type Covered = { start: number; end: number }

type Open = { readonly arena: Arena; readonly index: number; returned: boolean }

export type WindowLimits = {
  readonly maxLines: number
  readonly maxBytes: number
  /** Of a longer line only so much is kept; the rest is read when somebody wants to see it. */
  readonly lineBytes: number
}

// Chromium caps an element at 33,554,428 px, that is 1,864,134 lines of 18 px; the bytes bound the memory of a tab. One
// line of 100 MB must not push out all others: what is shown of it at first needs less than its part here.
export const windowLimits: WindowLimits = { maxLines: 1_000_000, maxBytes: 192 * 1024 * 1024, lineBytes: 64 * 1024 }

/**
 * A window of the merged lines of growing files. Bytes stay bytes; a line is decoded when it is shown. Lines are
 * appended at the end, older ones put in front, and the side that is not read is dropped when the window is full.
 */
export class LogLines {
  private arenas: Arena[] = []
  private dropped: Gap[] = []
  private readonly open = new Map<number, Open>()
  private readonly covered = new Map<number, Covered>()
  private readonly decoder = new TextDecoder()
  private readonly limits: WindowLimits
  private readonly baseId: number

  /** Ids are counted from `baseId`, so that those of different windows can be kept apart. */
  constructor(limits: WindowLimits = windowLimits, baseId = 0) {
    this.limits = limits
    this.baseId = baseId
  }

  get count(): number {
    const last = this.arenas.at(-1)
    return last ? last.firstId + last.count - this.firstId : 0
  }

  /** Id of the first line. */
  get firstId(): number {
    return this.arenas[0]?.firstId ?? this.baseId
  }

  get bytes(): number {
    return this.arenas.reduce((sum, arena) => sum + arena.size, 0)
  }

  get isFull(): boolean {
    return this.count >= this.limits.maxLines || this.bytes >= this.limits.maxBytes
  }

  /** What was dropped, from top to bottom. */
  get gaps(): readonly Gap[] {
    return this.dropped
  }

  /** First byte in the window of a file; null for one of which nothing was seen. */
  start(file: number): number | null {
    return this.covered.get(file)?.start ?? null
  }

  /** The byte after the last one of a file in the window. */
  end(file: number): number | null {
    return this.covered.get(file)?.end ?? null
  }

  /** Says where a window without lines lies in a file: what is read next ends or begins there. */
  begin(file: number, offset: number): void {
    this.covered.set(file, { start: offset, end: offset })
  }

  /** Adds what came. Bytes that the window has already are skipped. Gives the number of lines that began. */
  append(segments: readonly LogSegment[]): number {
    const before = this.count
    for (const segment of segments) {
      const file = fileOf(segment.source, segment.stream)
      const end = segment.kind === 'gap' ? segment.end : segment.offset + segment.bytes.length
      const known = this.covered.get(file)
      if (!known && segment.time < (this.at(0)?.time ?? 0)) {
        // A stream that was silent in this window is read from further back after a lost connection; that is older.
        this.begin(file, end)
        continue
      }
      const offset = Math.max(segment.offset, known?.end ?? segment.offset)
      if (offset >= end) continue
      if (known && offset > known.end) this.open.delete(file)
      if (segment.kind === 'gap') this.takeGap(file, { ...segment, offset })
      else this.take(file, { ...segment, offset, bytes: segment.bytes.subarray(offset - segment.offset) })
      this.covered.set(file, { start: known?.start ?? offset, end })
    }
    return this.count - before
  }

  /**
   * Puts older lines in front, as far as they can be placed yet (see older-only.ts); the others are left for the next
   * time. Gives the number of lines added.
   */
  prepend(segments: readonly LogSegment[]): number {
    const older = new LogLines(this.limits)
    older.append(olderOnly(segments, (file) => this.covered.get(file)?.start ?? Number.POSITIVE_INFINITY))
    const added = older.count
    const shift = this.firstId - added
    for (const arena of older.arenas) arena.firstId += shift
    this.dropped = [...older.dropped.map((gap) => ({ ...gap, beforeId: gap.beforeId + shift })), ...this.dropped]
    this.arenas = [...older.arenas, ...this.arenas]
    for (const [file, before] of older.covered)
      this.covered.set(file, { start: before.start, end: this.covered.get(file)?.end ?? before.end })
    return added
  }

  /** Drops the oldest lines until the window fits again. Gives the number dropped. */
  trimStart(): number {
    const before = this.count
    while (this.isFull && this.arenas.length > 1) this.arenas.shift()
    if (this.count === before) return 0
    for (const [file, known] of this.covered) known.start = this.nextOffset(file, 0) ?? known.end
    this.dropped = this.dropped.filter(({ beforeId }) => beforeId > this.firstId)
    return before - this.count
  }

  /** Drops the newest lines until the window fits again. */
  trimEnd(): number {
    const before = this.count
    while (this.isFull && this.arenas.length > 1) {
      const arena = this.arenas.pop()
      for (const [file, known] of this.covered) {
        const first = arena?.files.indexOf(file) ?? -1
        if (first >= 0) known.end = arena?.offsets[first] ?? known.end
      }
      this.open.clear()
    }
    const lastId = this.firstId + this.count
    for (const gap of this.dropped) {
      const known = this.covered.get(gap.file)
      if (known && gap.beforeId > lastId) known.end = Math.min(known.end, gap.offset)
    }
    this.dropped = this.dropped.filter(({ beforeId }) => beforeId <= lastId)
    return before - this.count
  }

  at(index: number): Line | undefined {
    const found = this.find(index)
    if (!found) return undefined
    const { arena, inside } = found
    const file = arena.files[inside] ?? 0
    return {
      id: arena.firstId + inside,
      source: sourceOf(file),
      stream: streamOf(file),
      file,
      offset: arena.offsets[inside] ?? 0,
      textOffset: arena.textOffsets[inside] ?? 0,
      time: arena.times[inside] ?? 0,
      length: arena.lengths[inside] ?? 0,
      kept: arena.keptOf(inside),
    }
  }

  /** What is kept of the line as text, escape sequences included, at most `maxBytes` of it. */
  text(index: number, maxBytes = Number.POSITIVE_INFINITY): string {
    const found = this.find(index)
    if (!found) return ''
    const bytes = found.arena.bytesOf(found.inside)
    return this.decoder.decode(bytes.length > maxBytes ? bytes.subarray(0, maxBytes) : bytes)
  }

  /** Index of the first line of a file that begins at or after `offset`; the count when none does. */
  indexFrom(file: number, offset: number): number {
    for (const arena of this.arenas) {
      if (arena.lastOffset(file) < offset) continue
      const inside = arena.offsets.findIndex((begin, index) => begin >= offset && arena.files[index] === file)
      if (inside >= 0) return arena.firstId - this.firstId + inside
    }
    return this.count
  }

  /** Index of the last line of a file above the line at `before`; -1 when there is none. */
  lastIndexOf(file: number, before: number): number {
    for (const arena of this.arenas.toReversed()) {
      const inside = before - (arena.firstId - this.firstId)
      if (inside <= 0 || arena.lastOffset(file) < 0) continue
      const found = arena.files.lastIndexOf(file, inside - 1)
      if (found >= 0) return arena.firstId - this.firstId + found
    }
    return -1
  }

  /** Index of the first line that was written after a moment; the count when none was. */
  indexAfter(time: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.at(middle)?.time ?? 0) > time) high = middle
      else low = middle + 1
    }
    return low
  }

  /** Where, in each of these files, the line at `index` and all after it begin: the border above that line. */
  borderAbove(index: number, files: readonly number[]): Offsets {
    const border: number[] = []
    for (const file of files) border[file] = this.nextOffset(file, index) ?? this.end(file) ?? 0
    return border
  }

  /** Where the first line of a file at or after `index` begins. */
  private nextOffset(file: number, index: number): number | undefined {
    const id = this.firstId + index
    for (const arena of this.arenas) {
      if (arena.firstId + arena.count <= id || arena.lastOffset(file) < 0) continue
      const inside = arena.files.indexOf(file, Math.max(0, id - arena.firstId))
      if (inside >= 0) return arena.offsets[inside]
    }
    return undefined
  }

  private takeGap(file: number, { offset, end, time, reason }: LogGap): void {
    this.open.delete(file)
    this.dropped.push({ file, offset, end, time, reason, beforeId: this.firstId + this.count })
  }

  private take(file: number, { offset, time, bytes }: Lines): void {
    let from = 0
    while (from < bytes.length) {
      const end = nextNewline(bytes, from)
      const place = this.put({ file, offset: offset + from, time }, bytes.subarray(from, end < 0 ? bytes.length : end))
      if (end < 0) this.open.set(file, place)
      else this.open.delete(file)
      from = end < 0 ? bytes.length : end + 1
    }
  }

  private put(at: { readonly file: number; readonly offset: number; readonly time: number }, bytes: Uint8Array): Open {
    const piece = readPiece(bytes)
    const textOffset = at.offset + piece.at
    const open = this.open.get(at.file)
    if (!open) {
      const arena = this.writableArena()
      return { arena, index: arena.add({ ...at, textOffset }, piece.text), returned: piece.returned }
    }
    const { arena, index, returned } = open
    if (piece.startsAnew || (returned && piece.text.length > 0))
      arena.replace(index, { textOffset, time: at.time }, piece.text)
    else arena.extend(index, at.time, piece.text)
    open.returned = piece.returned || (returned && piece.text.length === 0)
    return open
  }

  private writableArena(): Arena {
    const last = this.arenas.at(-1)
    if (last && !last.full) return last
    const arena = new Arena(last ? last.firstId + last.count : this.baseId, this.limits.lineBytes)
    this.arenas.push(arena)
    return arena
  }

  private find(index: number): { arena: Arena; inside: number } | undefined {
    const id = this.firstId + index
    let low = 0
    let high = this.arenas.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.arenas[middle]?.firstId ?? 0) <= id) low = middle
      else high = middle - 1
    }
    const arena = this.arenas[low]
    const inside = id - (arena?.firstId ?? 0)
    return arena && inside >= 0 && inside < arena.count ? { arena, inside } : undefined
  }
}
