import { appendFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openFilesIn } from '../../../../test/helpers/own-descriptors.ts'
import { temporaryFolder } from '../../../../test/helpers/temporary-folder.ts'
import { SharedBlocks } from './shared-blocks.ts'

test('readers of the same bytes share one read and one descriptor', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  writeFileSync(file, 'one\ntwo\nthree\n')
  const blocks = new SharedBlocks(file)
  for (const _ of [1, 2]) blocks.retain()
  const [first, second] = await Promise.all([blocks.read(0, 4, 4), blocks.read(0, 4, 4)])
  expect(first?.bytes.toString()).toBe('two\n')
  expect(second?.bytes.buffer).toBe(first?.bytes.buffer)
  const third = await blocks.read(0, 4, 4)
  expect(third?.bytes.buffer).toBe(first?.bytes.buffer)
  expect(openFilesIn(folder.path)).toHaveLength(1)
  for (const block of [first, second, third]) block?.release()
  await blocks.release()
  expect(openFilesIn(folder.path)).toHaveLength(1)
  await blocks.release()
  expect(openFilesIn(folder.path)).toEqual([])
})

test('memory that somebody still reads is not used for other bytes', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  writeFileSync(file, Array.from({ length: 100 }, (_, at) => `${at}`.padStart(10, ' ')).join(''))
  const blocks = new SharedBlocks(file)
  blocks.retain()
  const held = await blocks.read(0, 0, 10)
  for (let at = 1; at < 100; at += 1) {
    const block = await blocks.read(0, at * 10, 10)
    expect(block?.bytes.toString().trim()).toBe(`${at}`)
    block?.release()
  }
  expect(held?.bytes.toString().trim()).toBe('0')
  held?.release()
  await blocks.release()
})

test('a file that is not there yet, that grows, and that is replaced', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  const blocks = new SharedBlocks(file)
  blocks.retain()
  const text = async (revision: number) => {
    const block = await blocks.read(revision, 0, 10)
    const read = block?.bytes.toString() ?? null
    block?.release()
    return read
  }
  expect(await text(0)).toBeNull()
  writeFileSync(file, 'one\n')
  expect(await text(0)).toBe('one\n')
  appendFileSync(file, 'two\n')
  expect(await text(0)).toBe('one\ntwo\n')
  writeFileSync(`${file}.other`, 'other\n')
  renameSync(`${file}.other`, file)
  expect(await text(1)).toBe('other\n')
  expect(openFilesIn(folder.path)).toHaveLength(1)
  await blocks.release()
})

test('what cannot be read is an error for all who ask, and leaves nothing open', async () => {
  await using folder = await temporaryFolder()
  const blocks = new SharedBlocks(folder.path)
  blocks.retain()
  const asked = await Promise.allSettled([blocks.read(0, 0, 10), blocks.read(0, 0, 10)])
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await blocks.release()
  expect(openFilesIn(path.dirname(folder.path)).filter((open) => open.startsWith(folder.path))).toEqual([])
})
