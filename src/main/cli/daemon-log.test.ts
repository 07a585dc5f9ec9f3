import { appendFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { daemonLogText, tailFile } from './daemon-log.ts'

test('a log entry for people: time, level, message, the rest as key=value', () => {
  const line = '{"level":40,"time":1767323045006,"pid":7,"hostname":"h","session":"atlas","runs":2,"msg":"Slow disk"}'
  expect(daemonLogText(line)).toBe('2026-01-02T03:04:05.006Z WARN Slow disk session=atlas runs=2')
})

test.each(['plain text', '[1]', 'null', '{"broken'])('what is no entry stays as it is: %s', (line) => {
  expect(daemonLogText(line)).toBe(line)
})

test('the last lines, then what is appended until the reader has enough', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'daemon.log')
  writeFileSync(file, 'one\ntwo\nthree\nunfin')
  const enough = new AbortController()
  const seen: string[] = []
  for await (const line of tailFile(file, 2, enough.signal)) {
    seen.push(line)
    if (line === 'three') appendFileSync(file, 'ished\nfour\n')
    if (line === 'four') enough.abort()
  }
  expect(seen).toEqual(['two', 'three', 'unfinished', 'four'])
})

test('without follow it ends; no lines are no lines', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'daemon.log')
  writeFileSync(file, 'one\ntwo\n')
  expect(await linesOf(tailFile(file, 1, null))).toEqual(['two'])
  expect(await linesOf(tailFile(file, 0, null))).toEqual([])
})

async function linesOf(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = []
  for await (const line of lines) all.push(line)
  return all
}
