import type { LogSegment } from '../../../shared/contract/log-part.ts'
import { fileOf } from './log-files.ts'

const fileOfSegment = ({ source, stream }: LogSegment): number => fileOf(source, stream)

/** What of a segment lies before `start`. */
function before(segment: LogSegment, start: number): LogSegment[] {
  if (segment.offset >= start) return []
  if (segment.kind === 'gap') return [{ ...segment, end: Math.min(segment.end, start) }]
  return segment.bytes.length === 0 ? [] : [{ ...segment, bytes: segment.bytes.subarray(0, start - segment.offset) }]
}

/**
 * The segments that can be put in front of a window that begins at `startOf` in each file. Of a file that was read only
 * in part (it goes on before what came) nothing older can be placed yet, so older lines of the others are left out.
 */
export function olderOnly(segments: readonly LogSegment[], startOf: (file: number) => number): LogSegment[] {
  const cut = segments.flatMap((segment) => before(segment, startOf(fileOfSegment(segment))))
  const firsts = new Map<number, LogSegment>()
  for (const segment of cut) if (!firsts.has(fileOfSegment(segment))) firsts.set(fileOfSegment(segment), segment)
  const limiting = [...firsts].filter(([, { offset }]) => offset > 0)
  const horizon = Math.max(...limiting.map(([, { time }]) => time), Number.NEGATIVE_INFINITY)
  const [only, another] = limiting
  const free = only && !another ? only[0] : null
  return cut.filter((segment) => segment.time >= horizon || fileOfSegment(segment) === free)
}

/** Lists that are each in the order of time, as one. Equal times keep the order of the lists. */
export function mergeByTime(lists: readonly (readonly LogSegment[])[]): LogSegment[] {
  const merged: LogSegment[] = []
  const at = lists.map(() => 0)
  for (;;) {
    let earliest: LogSegment | undefined
    let from = -1
    lists.forEach((list, index) => {
      const next = list[at[index] ?? 0]
      if (next && (earliest === undefined || next.time < earliest.time)) {
        earliest = next
        from = index
      }
    })
    if (earliest === undefined) return merged
    merged.push(earliest)
    at[from] = (at[from] ?? 0) + 1
  }
}
