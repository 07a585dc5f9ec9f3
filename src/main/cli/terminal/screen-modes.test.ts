import { expect, test } from 'vitest'
import { ScreenModes } from './screen-modes.ts'

const left = (...output: readonly string[]) => {
  const modes = new ScreenModes()
  for (const part of output) modes.watch(Buffer.from(part))
  return modes.restoring()
}
const usual = '\x1b[0m\x1b>'

test('a program that set nothing leaves nothing to take back', () => {
  expect(left('text \x1b[31mred\x1b[0m \x1b[?7h')).toBe(usual)
})

test('what a program has set is taken back, what it took back itself is not', () => {
  expect(left('\x1b[?1049h\x1b[?25l\x1b[?1002;1006h')).toBe(`\x1b[?1049l\x1b[?25h\x1b[?1002l\x1b[?1006l${usual}`)
  expect(left('\x1b[?1049h\x1b[?25l', 'x\x1b[?25h\x1b[?1049l')).toBe(usual)
})

test('wherever a sequence is cut', () => {
  const text = 'a\x1b[?1049hb\x1b[?2004hc\x1b[?1049l'
  for (let cut = 1; cut < text.length; cut += 1) {
    expect(left(text.slice(0, cut), text.slice(cut))).toBe(`\x1b[?2004l${usual}`)
  }
  expect(left(...text)).toBe(`\x1b[?2004l${usual}`)
})
