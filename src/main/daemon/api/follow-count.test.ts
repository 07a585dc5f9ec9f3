import { expect, test } from 'vitest'
import type { Supervised } from '../supervisor/model.ts'
import { createFollowCount } from './follow-count.ts'

const process = (id: string) => ({ id }) as Supervised

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(1)
}

test('tells of the first follower of a process and of the last that leaves', async () => {
  const told: string[] = []
  const followed = createFollowCount(({ id }, following) => told.push(`${id} ${following}`))
  const [a, b] = [process('a'), process('b')]
  const one = followed([a], endless())[Symbol.asyncIterator]()
  const two = followed([a, b], endless())[Symbol.asyncIterator]()
  // A stream that is never read follows nothing.
  followed([b], endless())
  expect(told).toEqual([])
  await one.next()
  await two.next()
  expect(told).toEqual(['a true', 'b true'])
  await one.return?.()
  expect(told).toEqual(['a true', 'b true'])
  await two.return?.()
  expect(told).toEqual(['a true', 'b true', 'a false', 'b false'])
})

test('a stream that breaks or ends is left as well, and keeps what it ends with', async () => {
  const told: boolean[] = []
  const followed = createFollowCount((_, following) => told.push(following))
  const broken = followed(
    [process('a')],
    (async function* () {
      yield new Uint8Array(1)
      throw new Error('disk on fire')
    })(),
  )[Symbol.asyncIterator]()
  await broken.next()
  await expect(broken.next()).rejects.toThrow('disk on fire')
  const ending = followed(
    [process('a')],
    (async function* () {
      yield new Uint8Array(1)
      return 'the end'
    })(),
  )[Symbol.asyncIterator]()
  await ending.next()
  expect(await ending.next()).toEqual({ done: true, value: 'the end' })
  expect(told).toEqual([true, false, true, false])
})
