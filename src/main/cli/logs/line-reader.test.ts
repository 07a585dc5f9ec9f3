import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogLines } from '../../../shared/contract/log-part.ts'
import { LineReader } from './line-reader.ts'

const segment = (text: string | Uint8Array, offset: number, more: Partial<LogLines> = {}): LogLines => ({
  kind: 'lines',
  source: 0,
  stream: 'out',
  offset,
  time: offset,
  bytes: typeof text === 'string' ? Buffer.from(text) : text,
  ...more,
})

const shown = (lines: ReturnType<LineReader['read']>) =>
  lines.map(({ offset, bytes, ended, begins }) => [offset, String(Buffer.from(bytes)), ended, begins])

test('lines with their places, whatever cuts them', () => {
  const reader = new LineReader(100)
  expect(shown(reader.read(segment('one\ntw', 10)))).toEqual([[10, 'one', true, true]])
  expect(shown(reader.read(segment('other\n', 0, { stream: 'err' })))).toEqual([[0, 'other', true, true]])
  expect(shown(reader.read(segment('o\n\nend', 16)))).toEqual([
    [14, 'two', true, true],
    [18, '', true, true],
  ])
  expect(shown(reader.rest())).toEqual([[19, 'end', false, true]])
  expect(reader.rest()).toEqual([])
})

test('a line that is too long to be held comes in pieces', () => {
  const reader = new LineReader(4)
  expect(shown(reader.read(segment('abcdef', 0)))).toEqual([[0, 'abcdef', false, true]])
  expect(shown(reader.read(segment('gh', 6)))).toEqual([])
  expect(shown(reader.read(segment('i\nx\n', 8)))).toEqual([
    [6, 'ghi', true, false],
    [10, 'x', true, true],
  ])
})

test('what was held ends where bytes are missing', () => {
  const reader = new LineReader(100)
  reader.read(segment('half', 0))
  expect(shown(reader.read(segment('next\n', 500)))).toEqual([
    [0, 'half', false, true],
    [500, 'next', true, true],
  ])
})

test('no byte is lost or changed for any cut', () => {
  const piece = fc.uint8Array({ maxLength: 9 }).map((bytes) => bytes.map((byte) => (byte % 5 === 0 ? 10 : byte)))
  fc.assert(
    fc.property(fc.array(piece), fc.integer({ min: 1, max: 12 }), (pieces, longest) => {
      const reader = new LineReader(longest)
      let offset = 0
      const lines = pieces.flatMap((bytes) => {
        const read = reader.read(segment(bytes, offset))
        offset += bytes.length
        return read
      })
      const all = Buffer.concat(pieces)
      const joined = [...lines, ...reader.rest()].flatMap(({ bytes, ended }) => [bytes, Buffer.from(ended ? '\n' : '')])
      expect(Buffer.concat(joined)).toEqual(all)
      for (const line of lines) {
        expect(all.subarray(line.offset, line.offset + line.bytes.length)).toEqual(Buffer.from(line.bytes))
      }
    }),
  )
})
