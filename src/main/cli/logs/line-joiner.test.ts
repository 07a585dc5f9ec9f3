import { expect, test } from 'vitest'
import { LineJoiner } from './line-joiner.ts'

const out = (source = 0) => ({ source, stream: 'out' }) as const
const err = (source = 0) => ({ source, stream: 'err' }) as const

const joined = (
  joiner: LineJoiner,
  ...pieces: readonly (readonly [ReturnType<typeof out> | ReturnType<typeof err>, string])[]
) => pieces.map(([file, text]) => String(Buffer.from(joiner.write(file, Buffer.from(text))))).join('')

test('one log: every byte as it was written', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, value) => value)
  expect(new LineJoiner(null).write(out(), bytes)).toEqual(bytes)
  expect(joined(new LineJoiner(null), [out(), 'aa'], [out(), 'bb\n'])).toBe('aabb\n')
})

test('an unfinished line of one stream is not glued to a line of the other', () => {
  const pieces = [
    [out(), 'prompt> '],
    [err(), ''],
    [err(), 'failed\n'],
    [out(), 'next\n'],
  ] as const
  expect(joined(new LineJoiner(null), ...pieces)).toBe('prompt> \nfailed\nnext\n')
})

test('with labels each line begins with that of its log', () => {
  const joiner = new LineJoiner(['a | ', 'bb | '])
  expect(
    joined(joiner, [out(0), 'one\ntw'], [out(0), 'o\n\n'], [out(1), 'cut'], [err(0), 'x\n'], [out(1), ' off\n']),
  ).toBe('a | one\na | two\na | \nbb | cut\na | x\nbb |  off\n')
})

test('a colour that a log leaves on holds for that log alone', () => {
  const joiner = new LineJoiner(['a | ', 'b | '])
  expect(joined(joiner, [out(0), '\x1b[31mred\n'], [out(1), 'plain\n'], [out(0), 'still\x1b[0m no\nend\n'])).toBe(
    'a | \x1b[31mred\x1b[0m\nb | plain\na | \x1b[31mstill\x1b[0m no\na | end\n',
  )
  expect(joined(joiner, [out(0), '\x1b[1mbold'], [out(1), 'b\n'])).toBe('a | \x1b[1mbold\x1b[0m\nb | b\n')
})

test('a line of ours stands by itself', () => {
  const joiner = new LineJoiner(null)
  expect(String(joiner.endLine())).toBe('')
  joiner.write(out(), Buffer.from('half'))
  expect(String(Buffer.from(joiner.endLine()))).toBe('\n')
  expect(joined(joiner, [out(), 'more\n'])).toBe('more\n')
  expect(joiner.endLine()).toHaveLength(0)
})
