import { describe, expect, test } from 'vitest'
import { formatPython } from './python-format.ts'

const values = new Map<string, string | number>([
  ['name', 'web'],
  ['number', 7],
])

describe("Python's % operator", () => {
  test.each([
    ['100%% %(name)s', '100% web'],
    ['%(name)s_%(number)02d', 'web_07'],
    ['80%(number)d', '807'],
    ['[%(number)4d|%(number)-4d|%(name)5s]', '[   7|7   |  web]'],
    ['%(number)s', '7'],
  ])('%j', (text, expected) => expect(formatPython(text, values)).toEqual({ ok: true, text: expected }))

  test.each([
    ['50% off', 'it has a % that stands for nothing; write %%'],
    ['%(other)s', '%(other) is not known here'],
    ['%(name)d', '%(name)d is not supported'],
    ['%(name)', 'it has a % that stands for nothing; write %%'],
    ['%(number)999999999d', '%(number) is wider than 64'],
    ['%(', 'it has a % that stands for nothing; write %%'],
  ])('%j cannot be filled in', (text, reason) => expect(formatPython(text, values)).toEqual({ ok: false, reason }))

  test('takes no long time for a long text', () => {
    expect(formatPython('%('.repeat(500_000), values).ok).toBe(false)
  })
})
