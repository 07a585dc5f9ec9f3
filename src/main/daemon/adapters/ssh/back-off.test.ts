import { expect, test } from 'vitest'
import { longestDelayMs, retryDelayMs } from './back-off.ts'

test('the first try is at once, then each waits twice as long, up to a minute', () => {
  const delays = [0, 1, 2, 3, 4, 5, 6, 7, 8, 1000].map((failed) => retryDelayMs(failed, 0))
  expect(delays).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
})

test('jitter only shortens, by at most a quarter', () => {
  for (const random of [0, 0.3, 0.999]) {
    const delay = retryDelayMs(20, random)
    expect(delay).toBeLessThanOrEqual(longestDelayMs)
    expect(delay).toBeGreaterThanOrEqual(longestDelayMs * 0.75)
  }
  expect(retryDelayMs(3, 0.5)).not.toBe(retryDelayMs(3, 0.6))
})
