import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { limitPerTurn } from './turns.ts'

test('at most so many go on in one turn, and all go on', async () => {
  const turn = limitPerTurn(4)
  const perTurn: number[] = []
  let passed = 0
  const all = Promise.all(Array.from({ length: 10 }, () => turn().then(() => (passed += 1))))
  for (let before = -1; passed < 10; ) {
    before = passed
    await nextTurn()
    perTurn.push(passed - before)
  }
  await all
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(4)
  expect(passed).toBe(10)
})
