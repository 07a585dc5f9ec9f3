import { describe, expect, test } from 'vitest'
import { createStartBudget, maxRestarts, restartWindowMs } from './start-budget.ts'

describe('the start budget', () => {
  test('the first start is free, then five restarts, then none until a person asks', () => {
    const budget = createStartBudget(() => 0)
    expect(Array.from({ length: maxRestarts + 3 }, () => budget.take())).toEqual([0, 1, 2, 3, 4, 5, null, null])
    budget.reset()
    expect(budget.take()).toBe(0)
    expect(budget.take()).toBe(1)
  })

  test('beside a daemon that ran already, the first start is a restart', () => {
    const budget = createStartBudget(() => 0)
    budget.foundRunning()
    expect(Array.from({ length: maxRestarts + 1 }, () => budget.take())).toEqual([1, 2, 3, 4, 5, null])
  })

  test('restarts that are long past do not count', () => {
    let now = 0
    const budget = createStartBudget(() => now)
    budget.take()
    for (let count = 0; count < 3 * maxRestarts; count++) {
      now += restartWindowMs / (maxRestarts - 1)
      expect(budget.take()).not.toBeNull()
    }
  })
})
