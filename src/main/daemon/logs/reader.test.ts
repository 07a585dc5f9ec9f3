import { truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../../test/helpers/temporary-folder.ts'
import { firstLineStart, lastLines, openIfThere, withHandle } from './reader.ts'

async function lastOf(file: string, end: number, lines: number, windowBytes?: number) {
  return withHandle(file, (handle) => lastLines(handle, { start: 0, end }, lines, windowBytes))
}

test('an absent file is null, an unreadable one throws', async () => {
  await using folder = await temporaryFolder()
  expect(await openIfThere(path.join(folder.path, 'none'))).toBeNull()
  await expect(withHandle(folder.path, (handle) => lastLines(handle, { start: 0, end: 10 }, 1))).rejects.toThrow(
    'EISDIR',
  )
})

test('the last lines are those of a naive split', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  const content = fc
    .array(fc.constantFrom('a', 'bc', '\n', '\r\n', '\0'), { maxLength: 40 })
    .map((list) => list.join(''))
  await fc.assert(
    fc.asyncProperty(content, fc.integer({ min: 0, max: 12 }), async (text, lines) => {
      writeFileSync(file, text)
      const all = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
      const wanted = lines === 0 ? [] : all.slice(-lines)
      const start = text.length - wanted.join('').length
      expect(await lastOf(file, text.length, lines)).toEqual({ start, count: wanted.length })
    }),
    { numRuns: 200 },
  )
})

test('finds the last lines of a big file and of a block boundary', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  const line = `${'x'.repeat(99)}\n`
  writeFileSync(file, line.repeat(100_000))
  expect(await lastOf(file, 10_000_000, 10)).toEqual({ start: 10_000_000 - 1000, count: 10 })
  expect(await lastOf(file, 10_000_000, 50_000)).toEqual({ start: 5_000_000, count: 50_000 })
  expect(await lastOf(file, 10_000_000, 1_000_000)).toEqual({ start: 0, count: 100_000 })
  writeFileSync(file, `${'x'.repeat(99)}\n${'y'.repeat(65_536)}`)
  expect(await lastOf(file, 65_636, 1)).toEqual({ start: 100, count: 1 })
})

test('stops inside a line that is longer than the window', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  writeFileSync(file, 'first\n')
  truncateSync(file, 1_000_000_000)
  const found = await lastOf(file, 1_000_000_000, 5)
  expect(found?.count).toBe(1)
  expect(1_000_000_000 - (found?.start ?? 0)).toBeLessThan(9_000_000)
})

test('finds where lines begin after a place', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'log')
  writeFileSync(file, 'one\ntwo\nthree')
  const startFrom = (from: number, end: number) => withHandle(file, (handle) => firstLineStart(handle, from, end))
  expect(await startFrom(0, 13)).toBe(0)
  expect(await startFrom(1, 13)).toBe(4)
  expect(await startFrom(4, 13)).toBe(4)
  expect(await startFrom(5, 13)).toBe(8)
  // No line begins there: the line is cut.
  expect(await startFrom(9, 13)).toBe(9)
  expect(await startFrom(5, 8)).toBe(5)
})
