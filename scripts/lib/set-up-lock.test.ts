import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { withLock } from './set-up-lock.mjs'

test('actions under one lock follow each other, and the lock is gone after them', async () => {
  await using folder = await temporaryFolder()
  const lock = path.join(folder.path, 'out', 'lock')
  const steps: string[] = []
  const action = (name: string) => async () => {
    steps.push(`${name} starts`)
    await Promise.resolve()
    steps.push(`${name} ends`)
  }
  await Promise.all([withLock(lock, action('a')), withLock(lock, action('b'))])
  // Either may be the first.
  const second = steps[0] === 'a starts' ? 'b' : 'a'
  const first = second === 'b' ? 'a' : 'b'
  expect(steps).toEqual([`${first} starts`, `${first} ends`, `${second} starts`, `${second} ends`])
  expect(existsSync(lock)).toBe(false)
})

test('the lock is released when the action fails', async () => {
  await using folder = await temporaryFolder()
  const lock = path.join(folder.path, 'lock')
  await expect(withLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(existsSync(lock)).toBe(false)
})

test.each([
  ['of a process that has died', () => String(spawnSync(process.execPath, ['--version']).pid)],
  ['without a holder', () => ''],
])('a lock %s is taken over', async (_name, content) => {
  await using folder = await temporaryFolder()
  const lock = path.join(folder.path, 'lock')
  await writeFile(lock, content())
  expect(await withLock(lock, async () => 'done')).toBe('done')
})
