import { expect, test } from 'vitest'
import { TypedInput } from './typed-input.ts'

/** Takes pieces one after the other, each when the test says so. */
function slowProgram() {
  const pieces: string[] = []
  const taken: (() => void)[] = []
  const told: string[] = []
  const typed = new TypedInput({
    send: (text) => {
      pieces.push(text)
      return new Promise((resolve) => taken.push(resolve))
    },
    pause: () => told.push('pause'),
    resume: () => told.push('resume'),
  })
  const takeAll = async () => {
    for (let take = taken.shift(); take !== undefined; take = taken.shift()) {
      take()
      await Promise.resolve()
      await Promise.resolve()
    }
  }
  return { typed, pieces, told, takeAll }
}

test('one piece at a time, in order; what is typed meanwhile goes together', async () => {
  const { typed, pieces, takeAll } = slowProgram()
  for (const key of 'abc') typed.add(key)
  expect(pieces).toEqual(['a'])
  const sent = typed.sent()
  await takeAll()
  await sent
  expect(pieces).toEqual(['a', 'bc'])
})

test('a large paste is cut between characters, and the keyboard waits for it', async () => {
  const { typed, pieces, told, takeAll } = slowProgram()
  const text = `${'x'.repeat(65_535)}😀${'y'.repeat(100_000)}`
  typed.add(text)
  const sent = typed.sent()
  await takeAll()
  await sent
  expect(pieces.join('')).toBe(text)
  expect(pieces[0]).toBe('x'.repeat(65_535))
  for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(65_536)
  expect(told).toEqual(['pause', 'resume'])
})
