import { expect, test } from 'vitest'
import { TypedText } from './typed-text.ts'

/** Calls that end when the test says so. */
function calls() {
  const sent: string[] = []
  const ends: ((arrived: boolean) => void)[] = []
  const typed = new TypedText((text) => {
    sent.push(text)
    return new Promise((resolve) => ends.push(resolve))
  })
  const end = async (arrived = true) => {
    ends.shift()?.(arrived)
    await Promise.resolve()
    await Promise.resolve()
  }
  return { typed, sent, end }
}

test('one call at a time; what is typed meanwhile goes together', async () => {
  const { typed, sent, end } = calls()
  typed.add('l')
  typed.add('s')
  typed.add('\r')
  expect(sent).toEqual(['l'])
  await end()
  expect(sent).toEqual(['l', 's\r'])
  await end()
  typed.add('x')
  expect(sent).toEqual(['l', 's\r', 'x'])
})

test('a long text goes in pieces, no character apart', async () => {
  const { typed, sent, end } = calls()
  const text = `${'a'.repeat(65_535)}😀${'b'.repeat(10)}`
  typed.add(text)
  await end()
  await end()
  expect(sent.map((piece) => piece.length)).toEqual([65_535, 12])
  expect(sent.join('')).toBe(text)
})

test('after a failure nothing of the rest is sent', async () => {
  const { typed, sent, end } = calls()
  typed.add('rm -r ')
  typed.add('build\r')
  await end(false)
  expect(sent).toEqual(['rm -r '])
  typed.add('ls')
  expect(sent).toEqual(['rm -r ', 'ls'])
})
