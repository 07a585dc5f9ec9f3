import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createPacer } from './pacer.ts'
import { planQuit } from './quit-plan.ts'
import { createStartBudget, maxRestarts, restartWindowMs } from './start-budget.ts'
import { placeWindow, smallestSize, usualSize } from './window-place.ts'

describe('the pacer', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('acts at once, then at most once per interval, and never loses the last request', () => {
    const act = vi.fn()
    const pacer = createPacer(1000, act)
    pacer.ask()
    expect(act).toHaveBeenCalledTimes(1)
    for (let count = 0; count < 50; count++) pacer.ask()
    vi.advanceTimersByTime(999)
    expect(act).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(1)
    expect(act).toHaveBeenCalledTimes(2)
    vi.advanceTimersByTime(5000)
    expect(act).toHaveBeenCalledTimes(2)
    pacer.ask()
    expect(act).toHaveBeenCalledTimes(3)
  })

  test('a cancelled request is forgotten', () => {
    const act = vi.fn()
    const pacer = createPacer(1000, act)
    pacer.ask()
    pacer.ask()
    pacer.cancel()
    vi.advanceTimersByTime(5000)
    expect(act).toHaveBeenCalledTimes(1)
  })
})

describe('the start budget', () => {
  test('the first start is free, then five restarts, then none until a person asks', () => {
    const budget = createStartBudget(() => 0)
    expect(Array.from({ length: maxRestarts + 3 }, () => budget.take())).toEqual([0, 1, 2, 3, 4, 5, null, null])
    budget.reset()
    expect(budget.take()).toBe(0)
    expect(budget.take()).toBe(1)
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

describe('quitting', () => {
  test.each([
    [{ connected: true, live: 3, windowAnswers: true }, 'ask-in-window'],
    [{ connected: true, live: 1, windowAnswers: false }, 'ask-in-dialog'],
    [{ connected: true, live: 0, windowAnswers: true }, 'quit'],
    [{ connected: false, live: 3, windowAnswers: true }, 'quit'],
  ])('%j: %s', (facts, plan) => {
    expect(planQuit(facts)).toBe(plan)
  })
})

describe('the place of the window', () => {
  const main = { x: 0, y: 0, width: 1920, height: 1040 }
  const second = { x: 1920, y: 0, width: 1280, height: 1024 }

  test('is where it was', () => {
    const last = { x: 2000, y: 50, width: 1000, height: 700 }
    expect(placeWindow(last, [main, second])).toEqual(last)
  })

  test('is left to the desktop the first time, and when its screen is gone or hides the title bar', () => {
    expect(placeWindow(null, [main])).toEqual(usualSize)
    const size = { width: 1000, height: 700 }
    expect(placeWindow({ x: 2000, y: 50, ...size }, [main])).toEqual(size)
    expect(placeWindow({ x: 100, y: -300, ...size }, [main])).toEqual(size)
    expect(placeWindow({ x: 100, y: 1030, ...size }, [main])).toEqual(size)
  })

  test('fits the screen, but stays usable', () => {
    const small = { x: 0, y: 0, width: 1024, height: 500 }
    expect(placeWindow(null, [small])).toEqual({ width: 1024, height: smallestSize.height })
    expect(placeWindow(null, [])).toEqual(usualSize)
  })
})
