import { encodeLogPart, type LogSegment } from '../../../shared/contract/log-part.ts'
import type { LogCursor } from './cursor.ts'
import { newline } from './reader.ts'

/** The protocol's size of one part (contract: at most 64 KiB). */
const partBytes = 65_536
/** Bytes that encodeLogPart puts before those of a segment. */
const segmentHeaderBytes = encodeLogPart([{ stream: 'out', offset: 0, time: 0, bytes: new Uint8Array(0) }]).length
/** The largest segment that fits into a part of its own. */
export const blockBytes = partBytes - segmentHeaderBytes

type Pending = { readonly segments: LogSegment[]; bytes: number }

/**
 * Encoded parts from cursors in the order of time, stdout before stderr at equal times, without the first `skipLines`
 * lines. When nothing is left to read, `waitForMore` decides: it resolves with true to go on, with false to end.
 */
export async function* mergedParts(
  cursors: readonly LogCursor[],
  skipLines: number,
  waitForMore: () => Promise<boolean>,
): AsyncGenerator<Uint8Array> {
  let toSkip = skipLines
  let pending: Pending = { segments: [], bytes: 0 }
  for (;;) {
    for (const cursor of cursors) if (cursor.next === undefined) await cursor.fill()
    const found = takeEarliest(cursors)
    if (found === null) {
      if (pending.segments.length > 0) {
        yield encodeLogPart(pending.segments)
        pending = { segments: [], bytes: 0 }
      } else if (!(await waitForMore())) return
      continue
    }
    const lines = toSkip > 0 ? countLines(found.bytes, toSkip) : 0
    toSkip -= lines
    const segment = lines > 0 ? withoutLines(found, lines) : found
    if (segment.bytes.length === 0) continue
    const bytes = segmentHeaderBytes + segment.bytes.length
    if (pending.bytes + bytes > partBytes) {
      yield encodeLogPart(pending.segments)
      pending = { segments: [], bytes: 0 }
    }
    pending.segments.push(segment)
    pending.bytes += bytes
  }
}

/** Cursors come in the order that ties are broken. */
function takeEarliest(cursors: readonly LogCursor[]): LogSegment | null {
  let earliest: LogCursor | null = null
  for (const cursor of cursors) {
    if (cursor.next === undefined) continue
    if (earliest?.next === undefined || cursor.next.time < earliest.next.time) earliest = cursor
  }
  const segment = earliest?.next ?? null
  earliest?.take()
  return segment
}

/** Lines in `bytes`, an unfinished one included, but no more than `atMost`. */
function countLines(bytes: Uint8Array, atMost: number): number {
  let count = 0
  for (let at = 0; at < bytes.length && count < atMost; count += 1) at = lineEnd(bytes, at)
  return count
}

function withoutLines(segment: LogSegment, lines: number): LogSegment {
  let start = 0
  for (let count = 0; count < lines; count += 1) start = lineEnd(segment.bytes, start)
  return { ...segment, offset: segment.offset + start, bytes: segment.bytes.subarray(start) }
}

function lineEnd(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(newline, from)
  return at < 0 ? bytes.length : at + 1
}
