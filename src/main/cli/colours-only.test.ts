import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ColoursOnly } from './colours-only.ts'

const encoder = new TextEncoder()

function filtered(text: string | Uint8Array, colour = true, cut = Number.POSITIVE_INFINITY): string {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text
  const filter = new ColoursOnly(colour)
  let passed = ''
  for (let at = 0; at < bytes.length; at += cut) passed += filter.filter(bytes.subarray(at, at + cut))
  return passed + filter.end()
}

test.each([
  ['text, tabs and newlines', 'a\tb\nç 東京\n', 'a\tb\nç 東京\n'],
  ['colours', '\x1b[1;31mred\x1b[0m \x1b[38;5;12mblue\x1b[m\n', '\x1b[1;31mred\x1b[0m \x1b[38;5;12mblue\x1b[m\n'],
  ['a colour that is never taken back', '\x1b[31mred', '\x1b[31mred\x1b[0m'],
  ['clearing and moving', 'a\x1b[2J\x1b[10;5Hb', 'ab'],
  ['a title', '\x1b]0;owned\x07a\x1b]2;owned\x1b\\b', 'ab'],
  ['a clipboard write that never ends', 'a\x1b]52;c;aGk=\nb', 'a\nb'],
  ['a device string', 'a\x1bP1$r\x1b\\b', 'ab'],
  ['character sets and full reset', 'a\x1b(0\x1bcb', 'ab'],
  ['C1 forms', 'a\u009b2J\u009d0;owned\u009cb', 'ab'],
  ['a private sequence that ends like a colour', 'a\x1b[>4;2mb\x1b[?1m', 'ab'],
  ['bell, backspace, NUL, DEL', 'a\x07\b\0\x7fb', 'ab'],
  ['a sequence cut by another', 'a\x1b[31\x1b[32mb\x1b[0m', 'a\x1b[32mb\x1b[0m'],
  ['a line that reads backwards', 'a\u202egnp.exe\n', 'a\\u202egnp.exe\n'],
  ['a progress bar', '10%\r20%\r\ndone', '10%\n20%\ndone'],
])('%s', (_, output, passed) => {
  expect(filtered(output)).toBe(passed)
  expect(filtered(output, true, 1)).toBe(passed)
})

test('without colours only text is left', () => {
  expect(filtered('\x1b[31mred\x1b[0m\n', false)).toBe('red\n')
})

test('whatever a program writes: text, newlines, tabs and colours, the same for every cut', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc
      .constantFrom('\x1b[', '\x1b]', '31', ';', 'm', '\x1b', '\u009b', '\x07', '\r', '\n', 'é')
      .map((text) => encoder.encode(text)),
  )
  const output = fc
    .array(piece, { maxLength: 20 })
    .map((pieces) => Uint8Array.from(pieces.flatMap((part) => [...part])))
  fc.assert(
    fc.property(output, fc.integer({ min: 1, max: 5 }), (bytes, cut) => {
      const passed = filtered(bytes)
      expect(filtered(bytes, true, cut)).toBe(passed)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about them
      expect(passed.replace(/\x1b\[[\d;:]*m/g, '')).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f]/)
    }),
  )
})
