/**
 * Layout of one part of a log stream: segments one after the other, each
 * `u8 stream (0 stdout, 1 stderr) | f64 offset | f64 time (ms since 1970 UTC) | u32 length | bytes`, big-endian.
 * The bytes of a segment are consecutive in their file, begin at `offset`, consist of whole lines (only the last
 * segment of a file may lack its newline, and a line longer than a part is cut at any byte) and share `time`, which is
 * late by at most the index interval.
 */
export type LogSegment = {
  readonly stream: 'out' | 'err'
  readonly offset: number
  readonly time: number
  readonly bytes: Uint8Array
}

const headerLength = 1 + 8 + 8 + 4

export function encodeLogPart(segments: readonly LogSegment[]): Uint8Array<ArrayBuffer> {
  const part = new Uint8Array(segments.reduce((sum, segment) => sum + headerLength + segment.bytes.length, 0))
  const view = new DataView(part.buffer)
  let at = 0
  for (const segment of segments) {
    view.setUint8(at, segment.stream === 'out' ? 0 : 1)
    view.setFloat64(at + 1, segment.offset)
    view.setFloat64(at + 9, segment.time)
    view.setUint32(at + 17, segment.bytes.length)
    part.set(segment.bytes, at + headerLength)
    at += headerLength + segment.bytes.length
  }
  return part
}

/** Segments share the memory of `part`. Throws RangeError on a truncated part, which only a bug can make. */
export function decodeLogPart(part: Uint8Array): LogSegment[] {
  const view = new DataView(part.buffer, part.byteOffset, part.byteLength)
  const segments: LogSegment[] = []
  let at = 0
  while (at < part.length) {
    const length = view.getUint32(at + 17)
    if (at + headerLength + length > part.length) throw new RangeError('Truncated log part')
    segments.push({
      stream: view.getUint8(at) === 0 ? 'out' : 'err',
      offset: view.getFloat64(at + 1),
      time: view.getFloat64(at + 9),
      bytes: part.subarray(at + headerLength, at + headerLength + length),
    })
    at += headerLength + length
  }
  return segments
}
