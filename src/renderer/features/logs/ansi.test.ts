import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAnsi, withoutAnsi } from './ansi.ts'
import { contrast, pageColour, readableOn, textColour } from './readable-colour.ts'

const esc = '\u001b'

describe('what could deceive', () => {
  test('NUL is seen, and what would reorder the line is spelt out', () => {
    expect(withoutAnsi('a\u0000b')).toBe('a\u2400b')
    expect(withoutAnsi('user \u202Enimda\u202C \u2066x\u2069')).toBe('user \\u202Enimda\\u202C \\u2066x\\u2069')
    expect(parseAnsi(`${esc}[31m\u202Ered`).map(({ text }) => text)).toEqual(['\\u202Ered'])
  })

  test('bytes that are no UTF-8 become the sign for that', () => {
    expect(withoutAnsi(new TextDecoder().decode(new Uint8Array([0x61, 0xff, 0x62])))).toBe('a\ufffdb')
  })
})

describe('escape sequences', () => {
  test('a plain line is one plain piece', () => {
    expect(parseAnsi('hello\tworld')).toEqual([{ text: 'hello\tworld', style: null }])
  })

  test('named, indexed and true colours', () => {
    const spans = parseAnsi(`${esc}[31mred${esc}[0m ${esc}[38;5;208mor${esc}[38;2;1;2;3mtrue${esc}[38:5:3mcolon`)
    expect(spans.map(({ text, style }) => [text, style?.foreground ?? null])).toEqual([
      ['red', { kind: 'palette', index: 1 }],
      [' ', null],
      ['or', { kind: 'rgb', red: 255, green: 135, blue: 0 }],
      ['true', { kind: 'rgb', red: 1, green: 2, blue: 3 }],
      ['colon', { kind: 'palette', index: 3 }],
    ])
    expect(parseAnsi(`${esc}[0mx`)).toEqual([{ text: 'x', style: null }])
  })

  test('several codes at once and their ends', () => {
    const [bold, off] = parseAnsi(`${esc}[1;4;91;103mA${esc}[22;24;39;49mB`)
    expect(bold?.style).toMatchObject({
      bold: true,
      underline: true,
      foreground: { kind: 'palette', index: 9 },
      background: { kind: 'palette', index: 11 },
    })
    expect(off?.style).toMatchObject({ bold: false, underline: false, foreground: null, background: null })
  })

  test('an empty sequence resets', () => {
    expect(parseAnsi(`${esc}[1mA${esc}[mB`).at(1)).toEqual({ text: 'B', style: null })
  })

  test.each([
    [`${esc}[2K${esc}[1Gtext`, 'text'],
    [`${esc}]0;title\u0007text`, 'text'],
    [`${esc}]8;;https://example.org${esc}\\link${esc}]8;;${esc}\\`, 'link'],
    [`a${esc}(Bb`, 'aBb'],
    ['bell\u0007 and back\b', 'bell and back'],
    [`cut ${esc}[3`, 'cut '],
    [`cut ${esc}]8;;x`, 'cut '],
    ['c1 \u009b31m', 'c1 31m'],
  ])('%j reads %j', (line, text) => expect(withoutAnsi(line)).toBe(text))

  test('no input makes control characters visible or throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(esc, '[', ']', ';', '3', '8', 'm', 'x', '\u0007', '\\', '\u0001') }),
        (line) => {
          const text = withoutAnsi(line)
          expect([...text].every((character) => character.charCodeAt(0) >= 32)).toBe(true)
        },
      ),
    )
  })
})

describe('colours', () => {
  test('every true colour can be read on both pages', () => {
    const part = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(part, part, part, (red, green, blue) => {
        for (const page of [pageColour.light, pageColour.dark]) {
          expect(contrast(readableOn({ red, green, blue }, page), page)).toBeGreaterThanOrEqual(4.5)
        }
      }),
    )
  })

  test('a readable colour stays what it is', () => {
    expect(readableOn({ red: 0, green: 0, blue: 160 }, pageColour.light)).toEqual({ red: 0, green: 0, blue: 160 })
    expect(textColour({ kind: 'palette', index: 4 })).toBe('var(--ansi-4)')
  })
})
