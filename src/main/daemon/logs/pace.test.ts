import { appendFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { isWatched } from '../../../../test/helpers/own-descriptors.ts'
import { temporaryFolder } from '../../../../test/helpers/temporary-folder.ts'
import { until } from '../../../../test/helpers/until.ts'
import { type FileLook, Pace, type PaceMode } from './pace.ts'

class Watched implements Disposable {
  readonly looks: FileLook[] = []
  readonly pace: Pace

  constructor(file: string, mode: PaceMode) {
    this.pace = new Pace(file, (look) => this.looks.push(look))
    this.pace.setMode(mode)
  }

  get size(): number {
    return this.looks.at(-1)?.size ?? 0
  }

  [Symbol.dispose](): void {
    this.pace.close()
  }
}

test.for<PaceMode>(['steady', 'live'])('sees a quiet file grow again and again (%s)', async (mode) => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  writeFileSync(file, '')
  using watched = new Watched(file, mode)
  for (let size = 1; size <= 5; size += 1) {
    appendFileSync(file, 'x')
    await until(() => watched.size === size, { what: `size ${size}` })
    await until(() => isWatched(file), { what: 'the watch to be armed again' })
  }
  expect(watched.looks.map((look) => look.restarted)).toEqual([false, false, false, false, false])
})

test('closes the watch while the file grows', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  writeFileSync(file, '')
  using watched = new Watched(file, 'steady')
  expect(isWatched(file)).toBe(true)
  appendFileSync(file, 'x')
  await until(() => watched.size === 1 && !isWatched(file), { what: 'steps instead of the watch' })
  await until(() => isWatched(file), { what: 'the watch to be armed again' })
})

test('looks only when asked while it is off', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  writeFileSync(file, 'abc')
  using watched = new Watched(file, 'off')
  expect(watched.looks).toEqual([])
  expect(watched.pace.look()).toBe(true)
  expect(watched.size).toBe(3)
  expect(watched.pace.look()).toBe(false)
})

test('waits for a file that is absent at first', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  using watched = new Watched(file, 'live')
  expect(watched.looks).toEqual([])
  writeFileSync(file, 'abc')
  await until(() => watched.size === 3, { what: 'the new file' })
  appendFileSync(file, 'd')
  await until(() => watched.size === 4, { what: 'its growth' })
  expect(watched.looks.some((look) => look.restarted)).toBe(false)
})

test('says that a file was cut, replaced or removed', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  writeFileSync(file, 'abc')
  using watched = new Watched(file, 'steady')
  truncateSync(file, 1)
  await until(() => watched.size === 1, { what: 'the cut file' })
  expect(watched.looks.at(-1)?.restarted).toBe(true)

  writeFileSync(`${file}.new`, 'longer than before')
  renameSync(`${file}.new`, file)
  await until(() => watched.size === 18, { what: 'the other file' })
  expect(watched.looks.at(-1)?.restarted).toBe(true)

  rmSync(file)
  await until(() => watched.size === 0, { what: 'the absent file' })
  expect(watched.looks.at(-1)?.restarted).toBe(true)
})

test('is silent after close', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  writeFileSync(file, 'abc')
  using closed = new Watched(file, 'live')
  using open = new Watched(file, 'steady')
  closed.pace.close()
  appendFileSync(file, 'd')
  await until(() => open.size === 4, { what: 'growth seen by the open one' })
  expect(closed.size).toBe(3)
  open.pace.close()
  expect(isWatched(file)).toBe(false)
})

test('tells by how much a file grew and what it takes on disk', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  writeFileSync(file, 'abc')
  using watched = new Watched(file, 'off')
  expect([watched.pace.diskBytes, watched.pace.device]).toEqual([0, null])
  watched.pace.look()
  truncateSync(file, 1_000_000)
  watched.pace.look()
  writeFileSync(file, 'de')
  watched.pace.look()
  expect(watched.looks.map((look) => look.grownBytes)).toEqual([3, 999_997, 2])
  expect(watched.pace.diskBytes).toBeLessThan(1_000_000)
  expect(watched.pace.device).toBe(statSync(file).dev)
})

test('a file of ours in the place of another one goes on', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  writeFileSync(file, 'abc')
  using watched = new Watched(file, 'steady')
  await until(() => isWatched(file), { what: 'the watch' })
  writeFileSync(`${file}.new`, 'abc')
  renameSync(`${file}.new`, file)
  watched.pace.replacedBy(statSync(file).ino)
  await until(() => isWatched(file), { what: 'the watch' })
  appendFileSync(file, 'd')
  await until(() => watched.size === 4, { what: 'growth of the new file' })
  expect(watched.looks.some((look) => look.restarted)).toBe(false)
})
