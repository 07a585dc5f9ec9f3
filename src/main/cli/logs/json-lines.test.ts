import { expect, test } from 'vitest'
import { JsonLines } from './json-lines.ts'

const segment = (text: string, offset: number) =>
  ({ kind: 'lines', source: 0, stream: 'out', offset, time: Date.UTC(2026, 0, 2), bytes: Buffer.from(text) }) as const

const parsed = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

test('a line that is longer than can be held comes in pieces, each but the last marked', () => {
  const json = new JsonLines(['web'], 8)
  const text = json.lines(segment('123456789', 100)) + json.lines(segment('0\nx', 109)) + json.end()
  const place = { stream: 'out', at: '2026-01-02T00:00:00.000Z', name: 'web' }
  expect(parsed(text)).toEqual([
    { ...place, offset: 100, text: '123456789', cut: true },
    { ...place, offset: 109, text: '0' },
    { ...place, offset: 111, text: 'x' },
  ])
})

test('a byte order mark and control characters are data', () => {
  const [line] = parsed(new JsonLines(['web']).lines(segment('\ufeff\u001b[2J\r\n', 0)))
  expect(line.text).toBe('\ufeff\u001b[2J\r')
})
