import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { acquireLock, type LockHolder } from './lock.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procession-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const holder = (pid: number): LockHolder => ({ hostname: 'desk', bootId: 'b', pid, startTime: String(pid), home: '/h' })

test('one holder at a time, the second learns its name, release frees it', () => {
  const path = join(folder, 'x.lock')
  const first = acquireLock(path, holder(1))
  expect(first.ok).toBe(true)
  const second = acquireLock(path, holder(2))
  expect(second).toMatchObject({ ok: false, code: 'conflict', holder: { pid: 1, home: '/h' } })
  if (first.ok) first.value.release()
  const third = acquireLock(path, holder(3))
  expect(third.ok).toBe(true)
  if (third.ok) third.value.release()
})

test('the lock of a killed holder is free at once', async () => {
  const path = join(folder, 'x.lock')
  const script = `
    const Database = require(${JSON.stringify(createRequire(import.meta.url).resolve('better-sqlite3'))})
    const db = new Database(${JSON.stringify(path)})
    db.exec("CREATE TABLE holder (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), json TEXT NOT NULL) STRICT")
    db.exec("BEGIN IMMEDIATE")
    console.log('held')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  expect(acquireLock(path, holder(2)).ok).toBe(false)
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
  const mine = acquireLock(path, holder(2))
  expect(mine.ok).toBe(true)
  if (mine.ok) mine.value.release()
})

test('programs that race for it: exactly one wins', () => {
  const path = join(folder, 'x.lock')
  const results = [1, 2, 3].map((pid) => acquireLock(path, holder(pid)))
  expect(results.filter((result) => result.ok)).toHaveLength(1)
  for (const result of results) if (result.ok) result.value.release()
  expect(execFileSync('ls', [folder], { encoding: 'utf8' })).toBe('x.lock\n')
})
