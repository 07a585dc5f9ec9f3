import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type DroppedRange,
  keptSpans,
  keptStart,
  maxDroppedRanges,
  rangeAt,
  rangeFrom,
  withRange,
} from './dropped-ranges.ts'

const range = (start: number, end: number, reason: DroppedRange['reason'] = 'host', time = end): DroppedRange => ({
  start,
  end,
  reason,
  time,
})

test('a bound that goes on grows and takes in what it passes', () => {
  const first = withRange([], range(0, 10, 'bound'))
  const gap = withRange(withRange(first, range(20, 25)), range(40, 50))
  expect(gap).toEqual([range(0, 10, 'bound'), range(20, 25), range(40, 50)])
  expect(withRange(gap, range(0, 30, 'bound'))).toEqual([range(0, 30, 'bound'), range(40, 50)])
  expect(withRange(gap, range(0, 45, 'bound'))).toEqual([range(0, 45, 'bound'), range(45, 50, 'host', 50)])
  expect(keptStart(gap)).toBe(10)
  expect(keptStart([range(20, 25)])).toBe(0)
})

test('what touches becomes one, the later time holds', () => {
  expect(withRange([range(10, 20)], range(20, 30))).toEqual([range(10, 30)])
  expect(withRange([range(10, 40)], range(20, 30))).toEqual([range(10, 40)])
  expect(withRange([range(10, 20)], range(15, 15))).toEqual([range(10, 20)])
})

test('finds ranges by position, and what is kept between them', () => {
  const ranges = [range(0, 10, 'bound'), range(20, 25)]
  expect([0, 9, 10, 19, 20, 24, 25].map((position) => rangeAt(ranges, position)?.end ?? null)).toEqual([
    10,
    10,
    null,
    null,
    25,
    25,
    null,
  ])
  expect([0, 1, 20, 21].map((position) => rangeFrom(ranges, position)?.start ?? null)).toEqual([0, 20, 20, null])
  expect(keptSpans(ranges, 5, 40)).toEqual([
    { start: 10, end: 20 },
    { start: 25, end: 40 },
  ])
  expect(keptSpans(ranges, 2, 8)).toEqual([])
  expect(keptSpans([], 2, 8)).toEqual([{ start: 2, end: 8 }])
})

test('agrees with a list of bytes', () => {
  const step = fc.record({ start: fc.nat({ max: 60 }), length: fc.nat({ max: 20 }), bound: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const dropped = new Set<number>()
      let ranges: readonly DroppedRange[] = []
      for (const { start, length, bound } of steps) {
        const added = bound ? range(0, start + length, 'bound') : range(start, start + length)
        ranges = withRange(ranges, added)
        for (let at = added.start; at < added.end; at += 1) dropped.add(at)
      }
      for (let at = 0; at < 100; at += 1) expect(rangeAt(ranges, at) !== null).toBe(dropped.has(at))
      for (const [at, one] of ranges.entries()) expect(one.start).toBeGreaterThanOrEqual(ranges[at - 1]?.end ?? 0)
      const kept = keptSpans(ranges, 0, 100).reduce((sum, span) => sum + span.end - span.start, 0)
      expect(kept).toBe(100 - dropped.size)
    }),
  )
})

test('of too many ranges the nearest become one', () => {
  let ranges: readonly DroppedRange[] = []
  for (let at = 0; at <= maxDroppedRanges; at += 1) {
    const start = at * 100 - (at === 50 ? 60 : 0)
    ranges = withRange(ranges, range(start, start + 10))
  }
  expect(ranges).toHaveLength(maxDroppedRanges)
  expect(rangeAt(ranges, 4920)).toEqual(range(4900, 4950))
})
