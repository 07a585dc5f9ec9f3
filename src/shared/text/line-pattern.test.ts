import { expect, test } from 'vitest'
import { readLinePattern, searchedText } from './line-pattern.ts'

test('a pattern knows whole characters where it can', () => {
  expect(readLinePattern('\\u{1F600}', true)).toEqual({ ok: true, value: { source: '\\u{1F600}', flags: 'u' } })
  expect(readLinePattern('err', false)).toMatchObject({ value: { flags: 'ui' } })
  expect(readLinePattern('a\\-b', true)).toMatchObject({ value: { source: 'a\\-b', flags: '' } })
})

test('a pattern that is none is refused with the reason', () => {
  expect(readLinePattern('(', true)).toMatchObject({
    ok: false,
    code: 'bad_input',
    message: expect.stringMatching(/\(/),
  })
})

test('colours, titles and a carriage return are no part of what is searched', () => {
  expect(searchedText('\u001b[1;31merr\u001b[0mor\u001b]0;title\u0007s\r')).toBe('errors')
})
