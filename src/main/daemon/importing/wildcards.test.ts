import { describe, expect, test } from 'vitest'
import { fitsWildcards } from './wildcards.ts'

describe('wildcards', () => {
  test.each([
    ['a.conf', '*.conf', true],
    ['a.ini', '*.conf', false],
    ['a.conf', 'a.conf', true],
    ['ab.conf', '?.conf', false],
    ['a1.conf', 'a[0-9].conf', true],
    ['ax.conf', 'a[!0-9].conf', true],
    ['a1.conf', 'a[!0-9].conf', false],
    ['a[.conf', 'a[.conf', true],
    ['abc', '*', true],
    ['', '*', true],
    ['abcabd', '*ab?', true],
    ['a+b', 'a+b', true],
  ])('%s and %s', (name, pattern, expected) => expect(fitsWildcards(name, pattern)).toBe(expected))

  test('take no long time for many stars', () => {
    expect(fitsWildcards('a'.repeat(255), `${'*a'.repeat(100)}b`)).toBe(false)
  })
})
