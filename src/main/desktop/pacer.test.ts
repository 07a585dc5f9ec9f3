import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createPacer } from './pacer.ts'

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
