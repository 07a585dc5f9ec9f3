import type { GapReason } from '../../../shared/contract/log-part.ts'

/** Bytes of a log that are no longer there. `end` is where the next kept line begins. */
export type DroppedRange = {
  readonly start: number
  readonly end: number
  readonly reason: GapReason
  /** When the last of the bytes was written: ms since 1970 UTC. */
  readonly time: number
}

/** A part of a log that is there. */
export type KeptSpan = { readonly start: number; readonly end: number }

/**
 * More gaps than links are cut while one log is kept. Beyond it the two that are nearest to each other become one, so
 * that what is kept between them counts as dropped as well.
 */
export const maxDroppedRanges = 100

/** The range that `position` lies in. */
export function rangeAt(ranges: readonly DroppedRange[], position: number): DroppedRange | null {
  return ranges.find((range) => range.start <= position && position < range.end) ?? null
}

/** The first range that begins at `position` or later. */
export function rangeFrom(ranges: readonly DroppedRange[], position: number): DroppedRange | null {
  return ranges.find((range) => range.start >= position) ?? null
}

/** Where the bytes begin that a bound has left. */
export function keptStart(ranges: readonly DroppedRange[]): number {
  const first = ranges[0]
  return first !== undefined && first.start === 0 ? first.end : 0
}

/** What is kept between `from` and `to`, in order. */
export function keptSpans(ranges: readonly DroppedRange[], from: number, to: number): KeptSpan[] {
  const spans: KeptSpan[] = []
  let start = from
  for (const range of ranges) {
    if (range.end <= start) continue
    if (range.start >= to) break
    if (range.start > start) spans.push({ start, end: range.start })
    start = range.end
  }
  if (start < to) spans.push({ start, end: to })
  return spans
}

/**
 * The ranges with one more, in order and apart from each other. What it touches of the same reason becomes one with it,
 * and what it covers is gone; of another reason that reaches out of it, the rest stays.
 */
export function withRange(ranges: readonly DroppedRange[], added: DroppedRange): DroppedRange[] {
  if (added.end <= added.start) return [...ranges]
  let { start, end, time } = added
  const others: DroppedRange[] = []
  for (const range of ranges) {
    if (range.end < start || range.start > end) others.push(range)
    else if (range.reason === added.reason) {
      start = Math.min(start, range.start)
      time = range.end > end ? range.time : Math.max(time, range.time)
      end = Math.max(end, range.end)
    } else {
      if (range.start < start) others.push({ ...range, end: start })
      if (range.end > end) others.push({ ...range, start: end })
    }
  }
  const merged = [...others, { start, end, reason: added.reason, time }].sort((left, right) => left.start - right.start)
  return merged.length > maxDroppedRanges ? joinNearest(merged) : merged
}

function joinNearest(ranges: readonly DroppedRange[]): DroppedRange[] {
  let nearest = 1
  const between = (at: number) => (ranges[at]?.start ?? 0) - (ranges[at - 1]?.end ?? 0)
  for (let at = 2; at < ranges.length; at += 1) if (between(at) < between(nearest)) nearest = at
  const [left, right] = [ranges[nearest - 1], ranges[nearest]]
  if (left === undefined || right === undefined) return [...ranges]
  return [...ranges.slice(0, nearest - 1), { ...right, start: left.start }, ...ranges.slice(nearest + 1)]
}
