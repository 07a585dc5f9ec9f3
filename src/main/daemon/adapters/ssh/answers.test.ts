import { describe, expect, test } from 'vitest'
import { type AnswerReader, createAnswerReader, type Reading } from './answers.ts'

const mark = 'c0ffee7'
const limit = 1000

function feedIn(reader: AnswerReader, bytes: Buffer, size: number): Reading {
  let reading: Reading = { kind: 'more' }
  for (let from = 0; from < bytes.length; from += size) reading = reader.feed(bytes.subarray(from, from + size))
  return reading
}

const answered = (output: string | Buffer, status: number) => ({
  kind: 'answer',
  answer: { status, output: Buffer.from(output) },
  rest: Buffer.alloc(0),
})

describe.each([1, 2, 3, 7, 1000])('in pieces of %i bytes', (size) => {
  test.each([
    ['nothing', ''],
    ['a line', 'hello\n'],
    ['text without a newline', 'hello'],
    ['newlines', '\n\n\n'],
    ['the mark of another answer', '\nc0ffee70 0\n\nc0ffee 7 0\n'],
    ['its own mark without a newline before it', 'c0ffee7 0\n'],
    ['its own mark without a status', '\nc0ffee7 \n\nc0ffee7 x\n\nc0ffee7 12345\n'],
    ['the beginning of a mark at the end', '\nc0ffee'],
  ])('an answer of %s is given back byte for byte', (_what, output) => {
    const reader = createAnswerReader(mark, limit)
    expect(feedIn(reader, Buffer.from(`${output}\n${mark} 3\n`), size)).toEqual(answered(output, 3))
  })

  test('so is a binary one', () => {
    const output = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256))
    const reader = createAnswerReader(mark, limit)
    expect(feedIn(reader, Buffer.concat([output, Buffer.from(`\n${mark} 255\n`)]), size)).toEqual(answered(output, 255))
  })
})

test('an answer is not complete before its last newline', () => {
  const reader = createAnswerReader(mark, limit)
  expect(reader.feed(Buffer.from(`x\n${mark} 12`))).toEqual({ kind: 'more' })
  expect(reader.feed(Buffer.from('7\n'))).toEqual(answered('x', 127))
})

test('what came after it is given back', () => {
  const reading = createAnswerReader(mark, limit).feed(Buffer.from(`x\n${mark} 0\nrest`))
  expect(reading).toMatchObject({ kind: 'answer', rest: Buffer.from('rest') })
})

test('an answer may be as long as allowed and no longer', () => {
  const full = Buffer.alloc(limit, 'x')
  const end = Buffer.from(`\n${mark} 0\n`)
  expect(createAnswerReader(mark, limit).feed(Buffer.concat([full, end])).kind).toBe('answer')
  expect(createAnswerReader(mark, limit).feed(Buffer.concat([full, Buffer.from('x'), end])).kind).toBe('too-long')
})
