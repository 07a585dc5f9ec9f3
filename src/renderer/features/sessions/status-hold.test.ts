import { expect, test } from 'vitest'
import { holdMs, StatusHold } from './status-hold.ts'

test('a row keeps its place for a moment after each change', () => {
  const hold = new StatusHold()
  expect(hold.placeOf('a', 'running', 0)).toBe('running')
  expect(hold.placeOf('a', 'stopping', 100)).toBe('running')
  expect(hold.nextRelease()).toBe(100 + holdMs)
  expect(hold.placeOf('a', 'stopped', 200)).toBe('running')
  expect(hold.placeOf('a', 'stopped', 199 + holdMs)).toBe('running')
  expect(hold.placeOf('a', 'stopped', 200 + holdMs)).toBe('stopped')
  expect(hold.nextRelease()).toBeNull()
})

test('a change that is taken back moves nothing', () => {
  const hold = new StatusHold()
  hold.placeOf('a', 'running', 0)
  hold.placeOf('a', 'unknown', 100)
  hold.placeOf('a', 'running', 150)
  expect(hold.nextRelease()).toBeNull()
})

test('another order releases every row', () => {
  const hold = new StatusHold()
  hold.placeOf('a', 'running', 0)
  hold.placeOf('a', 'failed', 100)
  hold.release()
  expect(hold.placeOf('a', 'failed', 101)).toBe('failed')
})

test('a row that is gone is new when it comes back', () => {
  const hold = new StatusHold()
  hold.placeOf('a', 'running', 0)
  hold.keepOnly(() => false)
  expect(hold.placeOf('a', 'failed', 1)).toBe('failed')
})
