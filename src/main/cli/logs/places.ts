import type { LogPlace } from '../../../shared/contract/contract.ts'
import type { LogSegment } from '../../../shared/contract/log-part.ts'

/** The beginnings of the logs of so many processes. */
export const beginnings = (count: number): readonly LogPlace[] =>
  Array.from({ length: count }, () => ({ out: 0, err: 0 }))

/** Where a broken stream of several logs goes on: behind every segment that has come, else where it was. */
export function placesAfter(before: readonly LogPlace[], segments: readonly LogSegment[]): LogPlace[] {
  const places = before.map((place) => ({ ...place }))
  for (const segment of segments) {
    const place = places[segment.source]
    if (place !== undefined) place[segment.stream] = endOf(segment)
  }
  return places
}

const endOf = (segment: LogSegment): number =>
  segment.kind === 'gap' ? segment.end : segment.offset + segment.bytes.length
