import { expect, test } from 'vitest'
import { endAfterStart } from './run-times.ts'

const end = { code: 1, signal: null, at: 10_000, reason: null }

test('a life that was too short to be measured has no length, not a negative one', () => {
  expect(endAfterStart(end, 10_007)).toEqual({ ...end, at: 10_007 })
})

test.each([
  ['it began before', 9000],
  ['it is not known when it began', null],
  ['the clock was set back by an hour', 3_610_000],
])('the end stays as it was seen where %s', (_, startedAt) => {
  expect(endAfterStart(end, startedAt)).toEqual(end)
})
