import type { LogSegment } from '../../../shared/contract/log-part.ts'
import { Arena, maxLineBytes, nextNewline, type StreamName } from './arena.ts'

export type Line = {
  /** Stays the same while lines come and go around it. */
  readonly id: number
  readonly stream: StreamName
  /** Where it begins in its file, in bytes. */
  readonly offset: number
  /** Milliseconds since 1970 UTC, late by at most the index interval. */
  readonly time: number
  readonly length: number
}

/** The part of one file that the window holds: bytes from `start` up to `end`. */
type Covered = { start: number; end: number }

type Open = { readonly arena: Arena; readonly index: number }

export type WindowLimits = { readonly maxLines: number; readonly maxBytes: number }

// Chromium caps an element at 33,554,428 px, that is 1,864,134 lines of 18 px; the bytes bound the memory of a tab.
const windowLimits: WindowLimits = { maxLines: 1_000_000, maxBytes: 192 * 1024 * 1024 }

/**
 * A window of the merged lines of two growing files. Bytes stay bytes; a line is decoded when it is shown. Lines are
 * appended at the end, older ones put in front, and the side that is not read is dropped when the window is full.
 */
export class LogLines {
  private arenas: Arena[] = []
  private readonly open: Record<StreamName, Open | null> = { out: null, err: null }
  private readonly covered: Record<StreamName, Covered | null> = { out: null, err: null }
  private readonly decoder = new TextDecoder()
  private readonly limits: WindowLimits

  constructor(limits: WindowLimits = windowLimits) {
    this.limits = limits
  }

  get count(): number {
    const last = this.arenas.at(-1)
    return last ? last.firstId + last.count - this.firstId : 0
  }

  /** Id of the first line. */
  get firstId(): number {
    return this.arenas[0]?.firstId ?? 0
  }

  get bytes(): number {
    return this.arenas.reduce((sum, arena) => sum + arena.size, 0)
  }

  get isFull(): boolean {
    return this.count >= this.limits.maxLines || this.bytes >= this.limits.maxBytes
  }

  /** First byte in the window of each file; null for one of which nothing was seen. */
  start(stream: StreamName): number | null {
    return this.covered[stream]?.start ?? null
  }

  /** The byte after the last one of each file in the window. */
  end(stream: StreamName): number | null {
    return this.covered[stream]?.end ?? null
  }

  /** Adds what came. Bytes that the window has already are skipped. Gives the number of lines that began. */
  append(segments: readonly LogSegment[]): number {
    const before = this.count
    for (const segment of segments) {
      const known = this.covered[segment.stream]
      if (!known && segment.time < (this.at(0)?.time ?? 0)) {
        // A stream that was silent in this window is read from its start after a lost connection; that is older.
        const end = segment.offset + segment.bytes.length
        this.covered[segment.stream] = { start: end, end }
        continue
      }
      const skip = known ? Math.max(0, known.end - segment.offset) : 0
      if (skip >= segment.bytes.length) continue
      if (known && segment.offset > known.end) this.open[segment.stream] = null
      const bytes = segment.bytes.subarray(skip)
      const offset = segment.offset + skip
      this.take(segment.stream, offset, segment.time, bytes)
      this.covered[segment.stream] = { start: known?.start ?? offset, end: offset + bytes.length }
    }
    return this.count - before
  }

  /**
   * Puts older lines in front. Of a stream that was read only in part (it goes on before what came) nothing older can
   * be placed yet, so older lines of the other stream are left for the next time. Gives the number of lines added.
   */
  prepend(segments: readonly LogSegment[]): number {
    const fitting = this.olderOnly(segments)
    const older = new LogLines(this.limits)
    older.append(fitting)
    const added = older.count
    const shift = this.firstId - added
    for (const arena of older.arenas) arena.firstId += shift
    this.arenas = [...older.arenas, ...this.arenas]
    for (const stream of ['out', 'err'] as const) {
      const before = older.covered[stream]
      if (before) this.covered[stream] = { start: before.start, end: this.covered[stream]?.end ?? before.end }
    }
    return added
  }

  private olderOnly(segments: readonly LogSegment[]): LogSegment[] {
    const cut = segments.flatMap((segment): LogSegment[] => {
      const start = this.covered[segment.stream]?.start ?? Number.POSITIVE_INFINITY
      const length = Math.min(segment.bytes.length, start - segment.offset)
      return length > 0 ? [{ ...segment, bytes: segment.bytes.subarray(0, length) }] : []
    })
    const firsts = (['out', 'err'] as const).flatMap((stream) => cut.find((segment) => segment.stream === stream) ?? [])
    const limiting = firsts.filter((segment) => segment.offset > 0)
    const horizon = Math.max(...limiting.map((segment) => segment.time), Number.NEGATIVE_INFINITY)
    return cut.filter(
      (segment) => segment.time >= horizon || (limiting.length === 1 && limiting[0]?.stream === segment.stream),
    )
  }

  /** Drops the oldest lines until the window fits again. Gives the number dropped. */
  trimStart(): number {
    const before = this.count
    while (this.isFull && this.arenas.length > 1) this.arenas.shift()
    for (const stream of ['out', 'err'] as const) {
      const known = this.covered[stream]
      if (known && this.count < before) known.start = this.firstOffset(stream) ?? known.end
    }
    return before - this.count
  }

  /** Drops the newest lines until the window fits again. */
  trimEnd(): number {
    const before = this.count
    while (this.isFull && this.arenas.length > 1) {
      const dropped = this.arenas.pop()
      for (const stream of ['out', 'err'] as const) {
        const known = this.covered[stream]
        const first = dropped?.streams.indexOf(stream) ?? -1
        if (known && first >= 0) known.end = dropped?.offsets[first] ?? known.end
        this.open[stream] = null
      }
    }
    return before - this.count
  }

  at(index: number): Line | undefined {
    const found = this.find(index)
    if (!found) return undefined
    const { arena, inside } = found
    const stream = arena.streams[inside]
    if (stream === undefined) return undefined
    return {
      id: arena.firstId + inside,
      stream,
      offset: arena.offsets[inside] ?? 0,
      time: arena.times[inside] ?? 0,
      length: arena.lengthOf(inside),
    }
  }

  /** The line as text, escape sequences included, at most `maxBytes` of it. */
  text(index: number, maxBytes = Number.POSITIVE_INFINITY): string {
    const found = this.find(index)
    if (!found) return ''
    const bytes = found.arena.bytesOf(found.inside)
    return this.decoder.decode(bytes.length > maxBytes ? bytes.subarray(0, maxBytes) : bytes)
  }

  /** Index of the first line of `stream` that begins at or after `offset`; the count when none does. */
  indexFrom(stream: StreamName, offset: number): number {
    for (const arena of this.arenas) {
      if (arena.lastOffset[stream] < offset) continue
      const inside = arena.offsets.findIndex((begin, index) => begin >= offset && arena.streams[index] === stream)
      if (inside >= 0) return arena.firstId - this.firstId + inside
    }
    return this.count
  }

  private firstOffset(stream: StreamName): number | undefined {
    for (const arena of this.arenas) {
      if (arena.lastOffset[stream] >= 0) return arena.offsets[arena.streams.indexOf(stream)]
    }
    return undefined
  }

  private take(stream: StreamName, offset: number, time: number, bytes: Uint8Array): void {
    let from = 0
    while (from < bytes.length) {
      const end = nextNewline(bytes, from)
      const piece = bytes.subarray(from, end < 0 ? bytes.length : end)
      const place = this.place(stream, offset + from, time, piece)
      const tooLong = place.arena.lengthOf(place.index) >= maxLineBytes
      this.open[stream] = end < 0 && !tooLong ? place : null
      from = end < 0 ? bytes.length : end + 1
    }
  }

  private place(stream: StreamName, offset: number, time: number, piece: Uint8Array): Open {
    const open = this.open[stream]
    if (open) {
      open.arena.extend(open.index, time, piece)
      return open
    }
    let arena = this.arenas.at(-1)
    if (!arena || arena.full) {
      arena = new Arena(arena ? arena.firstId + arena.count : 0)
      this.arenas.push(arena)
    }
    return { arena, index: arena.add(stream, offset, time, piece) }
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
