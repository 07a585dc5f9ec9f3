import { expect, test } from 'vitest'
import type { LogSegment } from '../../shared/contract/log-part.ts'
import { chosenStreams, jsonOutput, type LogOutput, placeAfter, terminalOutput, untouchedOutput } from './log-output.ts'

const segment = (stream: 'out' | 'err', text: string | Uint8Array, offset = 0): LogSegment => ({
  stream,
  offset,
  time: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text,
})

const write = (output: LogOutput, ...segments: readonly LogSegment[]): Buffer =>
  Buffer.concat([...segments.map((one) => output.write(one)), output.end()])

test('into a file every byte goes as it was written', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, value) => value)
  expect(write(untouchedOutput(), segment('out', bytes))).toEqual(Buffer.from(bytes))
})

test('an unfinished line of one stream is not glued to a line of the other', () => {
  const merged = [segment('out', 'prompt> '), segment('err', 'failed\n'), segment('out', 'next\n')]
  expect(String(write(untouchedOutput(), ...merged))).toBe('prompt> \nfailed\nnext\n')
  expect(String(write(terminalOutput(false), ...merged))).toBe('prompt> \nfailed\nnext\n')
})

test('a long line that comes in parts stays one line', () => {
  expect(String(write(untouchedOutput(), segment('out', 'aa'), segment('out', 'bb\n', 2)))).toBe('aabb\n')
})

test('a terminal gets colours of either stream and nothing else', () => {
  const output = terminalOutput(true)
  expect(String(write(output, segment('out', '\x1b[31mred\x1b[0m\x1b[2J\n'), segment('err', '\x07err\n')))).toBe(
    '\x1b[31mred\x1b[0m\nerr\n',
  )
})

test('JSON: one object for each line, also for the last one without its newline', () => {
  const lines = String(
    write(jsonOutput(), segment('out', 'a\nb'), segment('err', '\x1b[2J\n'), segment('out', 'c\nd', 3)),
  )
  expect(
    lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { stream: 'out', at: '2026-01-02T03:04:05.006Z', text: 'a' },
    { stream: 'err', at: '2026-01-02T03:04:05.006Z', text: '\x1b[2J' },
    { stream: 'out', at: '2026-01-02T03:04:05.006Z', text: 'bc' },
    { stream: 'out', at: '2026-01-02T03:04:05.006Z', text: 'd' },
  ])
})

test('a broken stream goes on behind what was printed', () => {
  const first = placeAfter(null, [segment('out', 'abc\n', 10), segment('out', 'de\n', 14)])
  expect(first).toEqual({ out: 17, err: 0 })
  expect(placeAfter(first, [segment('err', 'x\n', 5)])).toEqual({ out: 17, err: 7 })
})

test('streams', () => {
  expect(chosenStreams(false, false)).toBe('out')
  expect(chosenStreams(true, false)).toBe('err')
  expect(chosenStreams(false, true)).toBe('both')
})
