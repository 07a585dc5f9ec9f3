import { describe, expect, test } from 'vitest'
import type { LogSegment } from '../../../shared/contract/log-part.ts'
import { LogLines } from './log-lines.ts'
import { endIndex, extendTo, isInWindow, isPicked, pickAll, pickedBytes, pickLine } from './picked.ts'
import { textInWindow } from './picked-text.ts'

const files = [0, 1]
const segment = (stream: 'out' | 'err', offset: number, text: string): LogSegment => ({
  kind: 'lines',
  source: 0,
  stream,
  offset,
  time: 1,
  bytes: new TextEncoder().encode(text),
})

/** a, b, x (stderr), c, d; stdout begins at 100. */
function window() {
  const lines = new LogLines()
  lines.append([
    segment('out', 100, 'a\nb\n'),
    segment('err', 0, '\u001b[31mx\u001b[0m\n'),
    segment('out', 104, 'c\nd\n'),
  ])
  return { lines, files }
}
const textOf = (shown: ReturnType<typeof window>, picked: ReturnType<typeof pickLine>, withColours = false) =>
  textInWindow(shown.lines, picked, { withColours, names: null })

describe('picked lines', () => {
  test('one line, then up to another one, in both directions', () => {
    const shown = window()
    const one = pickLine(shown, 1)
    expect(textOf(shown, one)).toBe('b')
    expect(textOf(shown, extendTo(shown, one, 3))).toBe('b\nx\nc')
    expect(textOf(shown, extendTo(shown, extendTo(shown, one, 3), 0))).toBe('a\nb')
  })

  test('with colours only when they are asked for', () => {
    const shown = window()
    const line = pickLine(shown, 2)
    expect(textOf(shown, line)).toBe('x')
    expect(textOf(shown, line, true)).toBe('\u001b[31mx\u001b[0m')
  })

  test('they stay picked when other lines come and go around them', () => {
    const shown = window()
    const picked = extendTo(shown, pickLine(shown, 1), 3)
    const later = new LogLines()
    later.append([segment('out', 96, 'y\nz\n'), segment('out', 100, 'a\nb\n')])
    expect([0, 1, 2, 3].map((index) => isPicked(picked, later.at(index) ?? { file: 0, offset: 0 }))).toEqual([
      false,
      false,
      false,
      true,
    ])
  })

  test('everything is more than the window', () => {
    const shown = window()
    const all = pickAll([0, 0], [108, 11])
    expect(pickedBytes(all)).toBe(119)
    expect(isInWindow(shown, all)).toBe(false)
    expect(isInWindow(shown, pickLine(shown, 0))).toBe(true)
    expect(textOf(shown, all)).toBe('a\nb\nx\nc\nd')
  })

  test('the end of the selection is found again', () => {
    const shown = window()
    const picked = extendTo(shown, pickLine(shown, 4), 2)
    expect(endIndex(shown, picked)).toBe(2)
    expect(endIndex({ lines: new LogLines(), files }, picked)).toBeNull()
    expect(endIndex(shown, pickAll([0, 0], [108, 11]))).toBeNull()
  })

  test('lines of several processes say whose they are', () => {
    const lines = new LogLines()
    lines.append([segment('out', 0, 'a\n'), { ...segment('out', 0, 'b\n'), source: 1 }])
    const picked = pickAll([0, 0, 0, 0], [2, 0, 2, 0])
    expect(textInWindow(lines, picked, { withColours: false, names: ['tws', 'trader'] })).toBe('tws | a\ntrader | b')
  })
})
