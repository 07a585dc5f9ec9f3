import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../../test/helpers/temporary-folder.ts'
import { type DroppedRange, maxDroppedRanges, withRange } from './dropped-ranges.ts'
import { DroppedStore } from './dropped-store.ts'

const bound = (end: number, time = 1000): DroppedRange => ({ start: 0, end, reason: 'bound', time })

async function withStore(use: (file: string) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder()
  await use(path.join(folder.path, 'dropped'))
}

test('keeps ranges for a store that comes later', () =>
  withStore(async (file) => {
    const store = new DroppedStore(file)
    expect(store.ranges).toEqual([])
    expect(await store.update((ranges) => withRange(ranges, bound(5000, 1234.7)))).toBe(true)
    const host: DroppedRange = { start: 2 ** 45, end: 2 ** 45 + 7, reason: 'host', time: 1.8e12 }
    expect(await store.update((ranges) => withRange(ranges, host))).toBe(true)
    expect(new DroppedStore(file).ranges).toEqual([bound(5000, 1234), host])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  }))

test('has its blocks before they are needed, and writes in place', () =>
  withStore(async (file) => {
    const store = new DroppedStore(file)
    expect(await store.reserve()).toBe(true)
    const reserved = statSync(file)
    expect(reserved.blocks * 512).toBeGreaterThanOrEqual(16_384)
    for (let end = 1; end <= 20; end += 1) await store.update((ranges) => withRange(ranges, bound(end)))
    const after = statSync(file)
    expect([after.ino, after.size, after.blocks]).toEqual([reserved.ino, reserved.size, reserved.blocks])
  }))

test('the most ranges that there may be fit', () =>
  withStore(async (file) => {
    const store = new DroppedStore(file)
    const far = 2 ** 52
    const ranges = Array.from({ length: maxDroppedRanges }, (_, at): DroppedRange => {
      return { start: far + at * 20, end: far + at * 20 + 10, reason: 'bound', time: 1_999_999_999_999 }
    })
    expect(await store.update(() => ranges)).toBe(true)
    expect(new DroppedStore(file).ranges).toEqual(ranges)
  }))

test('a write that was cut anywhere leaves what was stored before', () =>
  withStore(async (file) => {
    const store = new DroppedStore(file)
    await store.update(() => [bound(4000)])
    const before = readFileSync(file)
    await store.update(() => [bound(8000)])
    const after = readFileSync(file)
    const length = after.subarray(0, 8192).toString().trimEnd().length
    for (let cut = 0; cut <= length; cut += 1) {
      writeFileSync(file, Buffer.concat([after.subarray(0, cut), before.subarray(cut)]))
      expect(new DroppedStore(file).ranges).toEqual([bound(cut < length ? 4000 : 8000)])
    }
    truncateSync(file, 100)
    expect(new DroppedStore(file).ranges).toEqual([])
    writeFileSync(file, Buffer.alloc(16_384))
    expect(new DroppedStore(file).ranges).toEqual([])
  }))

test('changes one after the other, each on what the one before left', () =>
  withStore(async (file) => {
    const store = new DroppedStore(file)
    const ends = Array.from({ length: 10 }, (_, at) => at + 1)
    await Promise.all(ends.map((end) => store.update((ranges) => withRange(ranges, bound(end * 10)))))
    expect(store.ranges).toEqual([bound(100)])
  }))

test('a log that began anew has nothing dropped, whatever was on its way', () =>
  withStore(async (file) => {
    const store = new DroppedStore(file)
    await store.update(() => [bound(10)])
    const late = store.update(() => [bound(20)])
    store.replace([], true)
    expect(store.ranges).toEqual([])
    expect(await late).toBe(false)
    await store.settled()
    expect(new DroppedStore(file).ranges).toEqual([])
    expect(await store.update(() => [bound(30)])).toBe(true)
    expect(new DroppedStore(file).ranges).toEqual([bound(30)])
  }))

test('says that nothing could be stored', async () => {
  const store = new DroppedStore('/nonexistent/folder/dropped')
  expect(await store.reserve()).toBe(false)
  expect(await store.update(() => [bound(10)])).toBe(false)
  expect(store.ranges).toEqual([])
})

test('takes what another daemon stored', () =>
  withStore(async (file) => {
    const reader = new DroppedStore(file)
    const owner = new DroppedStore(file)
    await owner.update(() => [bound(10)])
    expect(reader.ranges).toEqual([])
    reader.refresh()
    expect(reader.ranges).toEqual([bound(10)])
    rmSync(file)
    reader.refresh()
    expect(reader.ranges).toEqual([])
  }))
