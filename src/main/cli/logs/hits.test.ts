import { expect, test } from 'vitest'
import type { LogGap, LogLines, LogSegment } from '../../../shared/contract/log-part.ts'
import { HitFilter, LastHits } from './hits.ts'
import { createMatcher } from './matcher.ts'

const segment = (text: string, offset: number, more: Partial<LogLines> = {}): LogLines => ({
  kind: 'lines',
  source: 0,
  stream: 'out',
  offset,
  time: offset,
  bytes: Buffer.from(text),
  ...more,
})
const gap: LogGap = { kind: 'gap', source: 0, stream: 'out', offset: 0, end: 9, time: 1, reason: 'bound' }

const texts = (segments: readonly LogSegment[]) =>
  segments.map((one) => (one.kind === 'gap' ? one : String(Buffer.from(one.bytes))))
const successOf = <T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }) => {
  if (!result.ok) throw new Error('It failed')
  return result.value
}

test('only lines that fit are passed on, when they are whole, with their places', () => {
  const filter = new HitFilter(createMatcher({ source: 'err', flags: '' }))
  expect(texts(successOf(filter.filter([segment('fine\nan er', 100)])))).toEqual([])
  const hits = successOf(filter.filter([gap, segment('ror\nfine\n', 110), segment('err\n', 0, { stream: 'err' })]))
  expect(texts(hits)).toEqual([gap, 'an error\n', 'err\n'])
  expect(hits[1]).toMatchObject({ source: 0, stream: 'out', offset: 105 })
  expect(texts(successOf(filter.filter([segment('last err', 119)])))).toEqual([])
  expect(texts(successOf(filter.rest()))).toEqual(['last err'])
})

test('the beginning of a very long line decides for all of it', () => {
  const filter = new HitFilter(createMatcher({ source: 'err', flags: '' }))
  const long = 'x'.repeat(2_000_000)
  expect(successOf(filter.filter([segment(`err${long}`, 0)]))).toHaveLength(1)
  expect(texts(successOf(filter.filter([segment('the end\nno\n', long.length + 3)])))).toEqual(['the end\n'])
  expect(texts(successOf(filter.filter([segment(`${long}`, 3_000_000)])))).toEqual([])
  expect(texts(successOf(filter.filter([segment('err\n', 5_000_000)])))).toEqual([])
})

test('the last hits of several logs by their times', () => {
  const last = new LastHits(3)
  last.add([segment('a1\na2\n', 10), segment('a3\n', 40)])
  last.add([gap, segment('b1\n', 20, { source: 1 }), segment('b2', 50, { source: 1 })])
  expect(texts(last.take())).toEqual(['b1\n', 'a3\n', 'b2'])
  expect(last.isShort).toBe(false)
})

test('of many hits only the last ones are held', () => {
  const last = new LastHits(2)
  for (let number = 0; number < 1000; number += 1) last.add([segment(`${number}\n`, number * 10)])
  expect(texts(last.take())).toEqual(['998\n', '999\n'])
})

test('memory has a limit, and it is said', () => {
  const last = new LastHits(100, 50)
  for (let number = 10; number < 99; number += 1) last.add([segment(`line ${number}\n`, number * 10)])
  expect(last.isShort).toBe(true)
  const kept = texts(last.take())
  expect(kept.length).toBeLessThan(9)
  expect(kept.at(-1)).toBe('line 98\n')
})
