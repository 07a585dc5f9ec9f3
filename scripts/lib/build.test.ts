import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { ensureBuild, hasNewerSource } from './build.mjs'

/** A clone with two sources and a compiler that copies one of them and counts its runs. */
async function fakeClone(root: string) {
  await mkdir(path.join(root, 'src'))
  const source = path.join(root, 'src', 'index.ts')
  const other = path.join(root, 'src', 'other.ts')
  await writeFile(source, 'one')
  await writeFile(other, 'other')
  let runs = 0
  const compile = async (_root: string, target: string) => {
    runs++
    const text = await readFile(source, 'utf8')
    if (text === 'broken') throw new Error('does not compile')
    for (const part of ['main', 'preload', 'renderer']) await mkdir(path.join(target, part))
    await writeFile(path.join(target, 'main', 'index.js'), text)
  }
  return {
    source,
    other,
    build: () => ensureBuild(root, compile),
    built: () => readFile(path.join(root, 'out', 'main', 'index.js'), 'utf8'),
    runs: () => runs,
  }
}

/** Gives a file a time that is newer than any stamp, however coarse the clock of the file system is. */
async function touch(file: string) {
  const soon = new Date(Date.now() + 5_000)
  await utimes(file, soon, soon)
}

test('what is missing is built, and what is fresh is not built again', async () => {
  await using folder = await temporaryFolder()
  const clone = await fakeClone(folder.path)
  expect(await clone.build()).toBe(true)
  expect(await clone.built()).toBe('one')
  expect(await clone.build()).toBe(false)
  expect(clone.runs()).toBe(1)
})

test('a changed source is built, and a deleted one too', async () => {
  await using folder = await temporaryFolder()
  const clone = await fakeClone(folder.path)
  await clone.build()
  await writeFile(clone.source, 'two')
  await touch(clone.source)
  expect(await clone.build()).toBe(true)
  expect(await clone.built()).toBe('two')
  await rm(clone.other)
  await touch(path.dirname(clone.other))
  expect(await clone.build()).toBe(true)
})

test('a source that is newer but not different, and a changed test, are not built', async () => {
  await using folder = await temporaryFolder()
  const clone = await fakeClone(folder.path)
  await clone.build()
  await writeFile(path.join(folder.path, 'src', 'index.test.ts'), 'a test')
  await writeFile(clone.source, 'one')
  await touch(clone.source)
  expect(hasNewerSource(folder.path)).toBe(true)
  expect(await clone.build()).toBe(false)
  expect(clone.runs()).toBe(1)
})

test('a build that fails leaves the last one as it was, and is tried again', async () => {
  await using folder = await temporaryFolder()
  const clone = await fakeClone(folder.path)
  await clone.build()
  await writeFile(clone.source, 'broken')
  await touch(clone.source)
  await expect(clone.build()).rejects.toThrow('does not compile')
  expect(await clone.built()).toBe('one')
  await expect(clone.build()).rejects.toThrow('does not compile')
})

test('of two callers one builds and the other waits for it', async () => {
  await using folder = await temporaryFolder()
  const clone = await fakeClone(folder.path)
  expect((await Promise.all([clone.build(), clone.build()])).sort()).toEqual([false, true])
  expect(clone.runs()).toBe(1)
})
