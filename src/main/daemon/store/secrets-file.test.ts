import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SecretsFile } from './secrets-file.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procession-secrets-'))
  path = join(folder, 'secrets.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

const secret = { uri: 'exec://h/x?password=p', argv: ['/x', 'password=p'], env: { K: 'v' } }

test('secrets come back after a restart, in a file for us alone', () => {
  new SecretsFile(path).setProcess('a', secret)
  expect(new SecretsFile(path).process('a')).toEqual(secret)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a removed secret is gone from the file', () => {
  const file = new SecretsFile(path)
  file.setProcess('a', secret)
  file.remove('a')
  expect(file.process('a')).toBeNull()
  expect(readFileSync(path, 'utf8')).not.toContain('password')
})

test('a file that others can read is refused with the remedy', () => {
  new SecretsFile(path).setProcess('a', secret)
  chmodSync(path, 0o644)
  expect(() => new SecretsFile(path)).toThrow('chmod 600')
})

test('a damaged file is refused and left as it is', () => {
  writeFileSync(path, '{"version":1,', { mode: 0o600 })
  expect(() => new SecretsFile(path)).toThrow('damaged')
  expect(readFileSync(path, 'utf8')).toBe('{"version":1,')
})
