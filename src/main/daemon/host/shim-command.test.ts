import { expect, test } from 'vitest'
import { isShimCommand } from './shim-command.ts'
import { shimName } from './shim-text.ts'

test('the command line of a shim is known, whichever home and version it is of', () => {
  expect(isShimCommand(['/bin/sh', `/home/shims/${shimName}`, '/records/1', 'sleep', '9'])).toBe(true)
  expect(isShimCommand(['sh', '/elsewhere/shim-0123456789abcdef.sh', '/records/1', 'sleep'])).toBe(true)
  expect(isShimCommand(['vim', 'shim.sh'])).toBe(false)
  expect(isShimCommand(['sh'])).toBe(false)
  expect(isShimCommand([])).toBe(false)
})
