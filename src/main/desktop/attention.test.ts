import { expect, test } from 'vitest'
import { exited, row, rowsOf, up } from '../../../test/helpers/desktop-rows.ts'
import { createAttention } from './attention.ts'

test('a failure wants attention until somebody looks', () => {
  const attention = createAttention()
  attention.update(rowsOf(row('a', up)), false)
  expect(attention.wanted).toBe(false)
  attention.update(rowsOf(row('a', exited(1))), false)
  expect(attention.wanted).toBe(true)
  attention.update(rowsOf(row('a', exited(1))), true)
  expect(attention.wanted).toBe(false)
  attention.update(rowsOf(row('a', exited(1))), false)
  expect(attention.wanted).toBe(false)
})

test('what had failed before we came is no news, and neither is a good end', () => {
  const attention = createAttention()
  attention.update(rowsOf(row('a', exited(1)), row('b', up)), false)
  attention.update(rowsOf(row('a', exited(1)), row('b', exited(0))), false)
  expect(attention.wanted).toBe(false)
})

test('a failure that was repaired no longer wants it; failing again does', () => {
  const attention = createAttention()
  attention.update(rowsOf(row('a', up)), false)
  attention.update(rowsOf(row('a', exited(1, 10))), false)
  attention.update(rowsOf(row('a', up)), false)
  expect(attention.wanted).toBe(false)
  attention.update(rowsOf(row('a', exited(1, 20))), false)
  expect(attention.wanted).toBe(true)
})
