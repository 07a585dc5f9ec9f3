import { expect, test } from 'vitest'
import { BufferPool } from './buffer-pool.ts'

test('gives the same memory again, to one at a time, and keeps only so much of it', () => {
  const pool = new BufferPool(10, 2)
  const taken = [pool.take(), pool.take(), pool.take()]
  expect(new Set(taken).size).toBe(3)
  for (const buffer of taken) {
    expect(buffer.byteLength).toBe(10)
    expect(pool.owns(buffer)).toBe(true)
    pool.giveBack(buffer)
  }
  const again = [pool.take(), pool.take(), pool.take()]
  expect(again.filter((buffer) => taken.includes(buffer))).toHaveLength(2)
  expect(new Set(again).size).toBe(3)
})

test('takes back nothing that is foreign or was given back before', () => {
  const pool = new BufferPool(10, 5)
  const taken = pool.take()
  const foreign = new ArrayBuffer(10)
  for (const buffer of [foreign, taken, taken]) pool.giveBack(buffer)
  expect(pool.owns(taken)).toBe(false)
  const again = [pool.take(), pool.take()]
  expect(new Set(again).size).toBe(2)
  expect(again).not.toContain(foreign)
})
