import { expect, test } from 'vitest'
import type { LogGap, LogLines } from '../../../shared/contract/log-part.ts'
import { beginnings, placesAfter } from './places.ts'

const lines = (source: number, stream: 'out' | 'err', offset: number, text: string): LogLines => ({
  kind: 'lines',
  source,
  stream,
  offset,
  time: 0,
  bytes: Buffer.from(text),
})
const gap = (source: number, offset: number, end: number): LogGap => ({
  kind: 'gap',
  source,
  stream: 'out',
  offset,
  end,
  time: 0,
  reason: 'bound',
})

test('each log goes on behind what came of it', () => {
  const before = beginnings(3)
  const after = placesAfter(before, [
    lines(0, 'out', 10, 'abc\n'),
    lines(2, 'err', 5, 'é'),
    lines(0, 'out', 14, 'de\n'),
  ])
  expect(after).toEqual([
    { out: 17, err: 0 },
    { out: 0, err: 0 },
    { out: 0, err: 7 },
  ])
  expect(before).toEqual(beginnings(3))
  expect(placesAfter(after, [lines(1, 'out', 0, 'x')])).toEqual([after[0], { out: 1, err: 0 }, after[2]])
})

test('a gap that was told is not told again', () => {
  expect(placesAfter(beginnings(1), [gap(0, 0, 4096)])).toEqual([{ out: 4096, err: 0 }])
})

test('a log that nobody asked for changes nothing', () => {
  expect(placesAfter(beginnings(1), [lines(1, 'out', 5, 'x')])).toEqual(beginnings(1))
})
