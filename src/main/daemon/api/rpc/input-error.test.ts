import { expect, test } from 'vitest'
import * as z from 'zod'
import { describeInputError } from './input-error.ts'

const schema = z.strictObject({
  argv: z.array(z.string().min(1).max(4)).min(1).max(2).optional(),
  graceMs: z.number().min(10).max(1000).optional(),
})

test.each([
  [{ argv: ['a', 'b', 'c'] }, 'argv: at most 2 elements can be given'],
  [{ argv: [] }, 'argv: nothing is given'],
  [{ argv: [''] }, 'argv.0: nothing is given'],
  [{ argv: ['abcde'] }, 'argv.0: at most 4 characters can be given'],
  [{ graceMs: 1001 }, 'graceMs: at most 1000 can be given'],
  [{ graceMs: 1 }, 'graceMs: at least 10 must be given'],
  [7, 'Invalid input: expected object, received number'],
])('%j: %s', (input, message) => {
  const parsed = schema.safeParse(input)
  expect(parsed.success ? '' : describeInputError(parsed.error)).toBe(message)
})
