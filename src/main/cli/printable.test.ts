import { expect, test } from 'vitest'
import { printable, printableJson } from './printable.ts'

test.each([
  ['a title and a bell', '\x1b]0;owned\x07web', ']0;ownedweb'],
  ['clear screen by C1', '\u009b2Jweb', '2Jweb'],
  ['a forged line', 'web\r\nroot  Running', 'webroot  Running'],
  ['tab, NUL, DEL', 'a\tb\0c\x7fd', 'abcd'],
  ['an override of the direction', 'a\u202egnp.exe', 'a\\u202egnp.exe'],
  ['embeddings, isolates and marks', '\u202a\u2069\u200e\u200f\u061c', '\\u202a\\u2069\\u200e\\u200f\\u061c'],
  ['other scripts and marks', 'café 東京 👩‍🔬 •••', 'café 東京 👩‍🔬 •••'],
])('%s', (_, hostile, shown) => {
  expect(printable(hostile)).toBe(shown)
})

test('JSON keeps the data and holds no raw control character', () => {
  const value = { alias: '\x1b[31mred\u009b0m\x7f\u202e', list: ['\n'] }
  for (const indent of [false, true]) {
    const text = printableJson(value, indent)
    expect(JSON.parse(text)).toEqual(value)
    expect(printable(text.replaceAll('\n', ''))).toBe(text.replaceAll('\n', ''))
  }
  expect(printableJson(value, false)).not.toContain('\n')
})
