import { describe, expect, test } from 'vitest'
import { finderOf, isQuick, levelOf, markSpans, rangesOf } from './highlight.ts'

const find = (query: string, text: string, regex = false, caseSensitive = false) => {
  const finder = finderOf({ query, regex, caseSensitive })
  return finder ? rangesOf(finder, text).map(({ start, end }) => text.slice(start, end)) : null
}

describe('marking what was found', () => {
  test('plain text is taken literally', () => {
    expect(find('a.c', 'abc a.c A.C')).toEqual(['a.c', 'A.C'])
    expect(find('A', 'aA', false, true)).toEqual(['A'])
  })

  test('expressions that could take long or are none are not run', () => {
    expect(find('\\d+', 'epoch 12 of 90', true)).toEqual(['12', '90'])
    expect(find('(', 'x', true)).toBeNull()
    expect(find('(a+)+$', 'aaaa', true)).toBeNull()
    expect(isQuick('[*+]*x\\+')).toBe(true)
    expect(isQuick('a*b*c*d*')).toBe(false)
  })

  test('marks go through styles', () => {
    const style = null
    const spans = [
      { text: 'mem', style },
      { text: 'ory is full', style },
    ]
    expect(markSpans(spans, [{ start: 0, end: 6 }]).map(({ text, marked }) => [text, marked])).toEqual([
      ['mem', true],
      ['ory', true],
      [' is full', false],
    ])
  })
})

describe('levels', () => {
  test.each([
    ['INFO  shard 74', 'INFO', 'info'],
    ['2026-01-02 10:41:50,310 - WARNING - slow', 'WARNING', 'warning'],
    ['[error] no such file', 'error', 'error'],
    ['warn: deprecated', 'warn', 'warning'],
    ['RuntimeError: killed', 'RuntimeError', 'error'],
  ])('%j', (text, word, level) => {
    const found = levelOf(text)
    expect(found?.level).toBe(level)
    expect(text.slice(found?.start, found?.end)).toBe(word)
  })

  test.each(['information about errors', 'Error handling is on', 'an INFO in the middle of words'])(
    '%j has none',
    (text) => expect(levelOf(text)).toBeNull(),
  )
})
