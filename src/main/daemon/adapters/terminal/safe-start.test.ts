import { expect, test } from 'vitest'
import { safeStart } from './safe-start.ts'

const from = (bytes: Buffer) => bytes.subarray(safeStart(bytes)).toString()

test('begins at the first escape or behind the first newline, whichever comes first', () => {
  expect(from(Buffer.from('1m cut\nnext \u001b[0m'))).toBe('next \u001b[0m')
  expect(from(Buffer.from('1;4Hcut \u001b[0mnext\n'))).toBe('\u001b[0mnext\n')
  expect(from(Buffer.from('\u001b[0mwhole'))).toBe('\u001b[0mwhole')
  expect(from(Buffer.from('\nwhole'))).toBe('whole')
})

test('without either, not inside a character', () => {
  const text = Buffer.from('€uro')
  expect(from(text)).toBe('€uro')
  expect(from(text.subarray(1))).toBe('uro')
  expect(from(text.subarray(2))).toBe('uro')
  expect(from(Buffer.alloc(0))).toBe('')
  // Not UTF-8 at all: nothing more is skipped than a character could be long.
  expect(safeStart(Buffer.alloc(100, 0x80))).toBe(4)
})
