import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureShim } from './shim.ts'

let folder: string

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'shim-test-')), 'state', 'shims')
})

afterEach(() => {
  rmSync(join(folder, '..', '..'), { recursive: true })
})

test('the shim is put in its place once, private, whole and under the name of its version', () => {
  const path = ensureShim(folder)
  expect(path).toMatch(/\/shim-[0-9a-f]{16}\.sh$/)
  expect(readFileSync(path, 'utf8')).toContain('exec "$@"')
  expect(statSync(path).mode & 0o777).toBe(0o700)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  const { ino } = statSync(path)
  expect(ensureShim(folder)).toBe(path)
  expect(statSync(path).ino).toBe(ino)
  expect(readdirSync(folder)).toHaveLength(1)
})

test('it is put back when somebody removes it', () => {
  const path = ensureShim(folder)
  rmSync(folder, { recursive: true })
  expect(ensureShim(folder)).toBe(path)
  expect(readFileSync(path, 'utf8')).toContain('exec "$@"')
})
