import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { askYesNo } from './ask-yes-no.ts'

test.each([
  ['y\n', true],
  ['YES\r\n', true],
  ['n\n', false],
  ['\n', false],
  ['yesterday\n', false],
])('%j answers %s', async (typed, answer) => {
  const input = new PassThrough()
  const output = new PassThrough()
  const asked = askYesNo('Run it?\x1b[2J', input, output)
  for (const key of typed) input.write(key)
  expect(await asked).toBe(answer)
  expect(String(output.read())).toBe('Run it?[2J [y/N] ')
})

test('the end of the input is a no', async () => {
  const input = new PassThrough()
  const asked = askYesNo('Run it?', input, new PassThrough())
  input.end()
  expect(await asked).toBe(false)
})
