import { describe, expect, test } from 'vitest'
import { modesBefore, PrivateModes } from './private-modes.ts'

const escaped = (text: string): Buffer => Buffer.from(text.replaceAll('<', '\u001b['))

describe('PrivateModes', () => {
  test('knows what is switched on and off', () => {
    const modes = new PrivateModes()
    modes.take(escaped('hello <?1049h<?25l<31mred<0m'))
    modes.take(escaped('<?1;2004h'))
    expect(Object.fromEntries(modes.now)).toEqual({ 1049: true, 25: false, 1: true, 2004: true })
    expect(modes.isFullScreen).toBe(true)
    modes.take(escaped('<?1049l'))
    expect(modes.isFullScreen).toBe(false)
  })

  test('a sequence may be split anywhere', () => {
    const bytes = escaped('text <?1049h more')
    for (let at = 1; at < bytes.length; at++) {
      const modes = new PrivateModes()
      modes.take(bytes.subarray(0, at))
      modes.take(bytes.subarray(at))
      expect(modes.isFullScreen).toBe(true)
    }
    const single = new PrivateModes()
    for (const byte of bytes) single.take(Buffer.of(byte))
    expect(single.isFullScreen).toBe(true)
  })

  test('a reset forgets all', () => {
    const modes = new PrivateModes()
    modes.take(escaped('<?1049h'))
    modes.take(Buffer.from('\u001bc'))
    expect(modes.now.size).toBe(0)
  })

  test('an escape that never ends is not kept', () => {
    const modes = new PrivateModes()
    modes.take(escaped('<?'))
    for (let count = 0; count < 100; count++) modes.take(Buffer.from('1'.repeat(60)))
    modes.take(Buffer.from('h'))
    expect(modes.now.size).toBe(0)
  })
})

describe('modesBefore', () => {
  const now = new Map([
    ['1049', true],
    ['25', false],
    ['2004', false],
  ])

  test('repeats what was switched before the piece', () => {
    expect(modesBefore(Buffer.from('plain'), now)).toBe('\u001b[?1049h\u001b[?25l\u001b[?2004l')
  })

  test('leaves to the piece what it switches itself, and makes true what it switches off', () => {
    expect(modesBefore(escaped('<?1049h<?25l<?2004l'), now)).toBe('\u001b[?25h\u001b[?2004h')
  })

  test('after a reset in the piece nothing of before matters', () => {
    expect(modesBefore(Buffer.from('\u001bc'), now)).toBe('')
  })
})
