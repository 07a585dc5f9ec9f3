import { expect, test } from 'vitest'
import { parseDetachKey, typedBefore } from './detach-key.ts'

const keyOf = (text: string) => {
  const key = parseDetachKey(text)
  if (!key.ok) throw new Error(key.message)
  return key.value
}

test.each([
  ['ctrl-]', 'Ctrl-]', '\x1d'],
  ['Ctrl-A', 'Ctrl-A', '\x01'],
  ['^a', 'Ctrl-A', '\x01'],
  ['ctrl-\\', 'Ctrl-\\', '\x1c'],
  ['ctrl-@', 'Ctrl-@', '\0'],
])('%s', (text, name, character) => {
  expect(keyOf(text)).toMatchObject({ name, sequences: expect.arrayContaining([character]) })
})

test.each(['', 'a', 'ctrl-', 'ctrl-1', 'ctrl-aa', 'alt-a', '^'])('%j is no key to detach by', (text) => {
  expect(parseDetachKey(text)).toMatchObject({ ok: false, code: 'bad_input' })
})

test('what was typed before the key', () => {
  const key = keyOf('ctrl-]')
  expect(typedBefore('ls\r', key)).toBeNull()
  expect(typedBefore('ls\r\x1dmore\x1d', key)).toBe('ls\r')
  expect(typedBefore('\x1b[93;5u', key)).toBe('')
  expect(typedBefore('a\x1b[27;5;93~', key)).toBe('a')
})
