import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder } from './make-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procession-folder-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('makes what is missing with the mode, twice without harm', () => {
  makeFolder(join(folder, 'a', 'b'), 0o700)
  makeFolder(join(folder, 'a', 'b'), 0o700)
  expect(statSync(join(folder, 'a', 'b')).mode & 0o777).toBe(0o700)
})

test('fails, and returns, below a file and in /proc', () => {
  writeFileSync(join(folder, 'file'), '')
  expect(() => makeFolder(join(folder, 'file', 'x', 'y'))).toThrow('EEXIST')
  expect(() => makeFolder('/proc/self/fd/x/y')).toThrow()
})
