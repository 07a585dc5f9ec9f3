import { expect, test } from 'vitest'
import { createMatcher } from './matcher.ts'

test('finds every match in each line, as a person sees the line', () => {
  const match = createMatcher({ source: 'err(or)?', flags: 'ui' })
  expect(match(['Error, err', 'fine', '\u001b[31merr\u001b[0mor\r'])).toEqual({
    ok: true,
    value: [
      [
        [0, 5],
        [7, 10],
      ],
      null,
      [[0, 5]],
    ],
  })
})

test('matches of nothing come to an end', () => {
  expect(createMatcher({ source: 'x*', flags: 'u' })(['ab'])).toMatchObject({ ok: true, value: [expect.any(Array)] })
})

test('an expression that would run for ever is stopped', () => {
  const match = createMatcher({ source: '^(a+)+$', flags: 'u' }, 50)
  expect(match([`${'a'.repeat(64)}b`])).toMatchObject({ ok: false, code: 'timeout' })
  expect(match(['aaa'])).toEqual({ ok: true, value: [[[0, 3]]] })
})
