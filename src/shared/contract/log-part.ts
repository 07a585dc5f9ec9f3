/** Why bytes of a log are no longer there: a bound on its size, or lines that a host dropped before they came here. */
export const gapReasons = ['bound', 'host'] as const
export type GapReason = (typeof gapReasons)[number]

type Place = {
  /** Which of the processes that were asked for, counted from 0. */
  readonly source: number
  readonly stream: 'out' | 'err'
  /** Of the first byte, in its file. */
  readonly offset: number
  /** Milliseconds since 1970 UTC; late by at most the index interval. Of a gap: when its last byte was written. */
  readonly time: number
}

/** Consecutive bytes of one file: whole lines, except that the last of a file may lack its newline. */
export type LogLines = Place & { readonly kind: 'lines'; readonly bytes: Uint8Array }

/** Bytes that were dropped: from `offset` up to `end`. The next kept line of the file begins at `end` or after it. */
export type LogGap = Place & { readonly kind: 'gap'; readonly end: number; readonly reason: GapReason }

/**
 * Layout of one part of a log stream: segments one after the other, each
 * `u8 kind and stream | u8 source | f64 offset | f64 time | u32 length | bytes`, big-endian. The first byte is 0 for
 * lines of stdout, 1 for lines of stderr, 2 and 3 for gaps in them; the bytes of a gap are `f64 end | u8 reason`.
 * A line longer than a part is cut at any byte. A segment of no bytes (time 0) says where its file is read up to.
 */
export type LogSegment = LogLines | LogGap

const headerLength = 1 + 1 + 8 + 8 + 4
const gapLength = 8 + 1
const errFlag = 1
const gapFlag = 2

/** Bytes that a segment of lines takes beside the lines. */
export const logSegmentOverhead = headerLength

const lengthOf = (segment: LogSegment): number => (segment.kind === 'gap' ? gapLength : segment.bytes.length)

/** Bytes that a segment takes in a part. */
export const encodedLength = (segment: LogSegment): number => headerLength + lengthOf(segment)

export function encodeLogPart(segments: readonly LogSegment[]): Uint8Array<ArrayBuffer> {
  const part = new Uint8Array(segments.reduce((sum, segment) => sum + encodedLength(segment), 0))
  let at = 0
  for (const segment of segments) {
    writeLogSegment(part, at, segment)
    at += encodedLength(segment)
  }
  return part
}

/** Writes one segment into a part at `at`, where there must be room for it. */
export function writeLogSegment(part: Uint8Array, at: number, segment: LogSegment): void {
  const view = new DataView(part.buffer, part.byteOffset + at, encodedLength(segment))
  view.setUint8(0, (segment.stream === 'err' ? errFlag : 0) + (segment.kind === 'gap' ? gapFlag : 0))
  view.setUint8(1, segment.source)
  view.setFloat64(2, segment.offset)
  view.setFloat64(10, segment.time)
  view.setUint32(18, lengthOf(segment))
  if (segment.kind === 'gap') {
    view.setFloat64(headerLength, segment.end)
    view.setUint8(headerLength + 8, gapReasons.indexOf(segment.reason))
  } else {
    part.set(segment.bytes, at + headerLength)
  }
}

/** Lines share the memory of `part`. Throws RangeError on a truncated part, which only a bug can make. */
export function decodeLogPart(part: Uint8Array): LogSegment[] {
  const view = new DataView(part.buffer, part.byteOffset, part.byteLength)
  const segments: LogSegment[] = []
  let at = 0
  while (at < part.length) {
    const flags = view.getUint8(at)
    const length = view.getUint32(at + 18)
    const begin = at + headerLength
    if (begin + length > part.length) throw new RangeError('Truncated log part')
    const place: Place = {
      source: view.getUint8(at + 1),
      stream: (flags & errFlag) === 0 ? 'out' : 'err',
      offset: view.getFloat64(at + 2),
      time: view.getFloat64(at + 10),
    }
    segments.push(
      (flags & gapFlag) === 0
        ? { kind: 'lines', ...place, bytes: part.subarray(begin, begin + length) }
        : {
            kind: 'gap',
            ...place,
            end: view.getFloat64(begin),
            reason: gapReasons[view.getUint8(begin + 8)] ?? 'bound',
          },
    )
    at = begin + length
  }
  return segments
}

/** Only the lines of some segments. */
export const linesIn = (segments: readonly LogSegment[]): LogLines[] =>
  segments.filter((segment) => segment.kind === 'lines')
