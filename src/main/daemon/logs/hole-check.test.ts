import { truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../../test/helpers/temporary-folder.ts'
import type { DroppedRange } from './dropped-ranges.ts'
import { reallyDropped } from './hole-check.ts'

const mebibyte = 1_048_576
const bound: DroppedRange = { start: 0, end: 4 * mebibyte, reason: 'bound', time: 1 }

async function withLog(content: Buffer, use: (file: string) => void): Promise<void> {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  writeFileSync(file, content)
  use(file)
}

const filled = () => Buffer.alloc(5 * mebibyte, 'x')

test('a range that was stored but not freed is there', () =>
  withLog(filled(), (file) => expect(reallyDropped(file, [bound])).toEqual([])))

test.each([
  ['its start', 0, mebibyte / 2],
  ['its end', 2.9 * mebibyte, 3.5 * mebibyte],
  ['all of it', 0, 4 * mebibyte - 4096],
])('a range that was freed at %s is gone', (_, start, end) => {
  const content = filled()
  content.fill(0, Math.floor(start), Math.floor(end))
  return withLog(content, (file) => expect(reallyDropped(file, [bound])).toEqual([bound]))
})

test('of several ranges those stay that are holes, however short', () => {
  const hole: DroppedRange = { start: 100, end: 110, reason: 'host', time: 1 }
  const content = filled()
  content.fill(0, 100, 110)
  return withLog(content, (file) => {
    expect(reallyDropped(file, [hole, { ...hole, start: 200, end: 210 }])).toEqual([hole])
  })
})

test('a gap behind the end is one that comes', () => {
  const gap: DroppedRange = { start: 1000, end: 2000, reason: 'host', time: 1 }
  return withLog(filled(), (file) => {
    truncateSync(file, 1000)
    expect(reallyDropped(file, [gap])).toEqual([gap])
  })
})

test('a file that cannot be read keeps its ranges', () => {
  expect(reallyDropped('/nonexistent/log', [bound])).toEqual([bound])
})
