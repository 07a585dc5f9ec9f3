import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLogger } from './logger.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procession-logger-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('writes at once, for us alone, and never a field that is named like a secret', () => {
  const path = join(folder, 'daemon.log')
  const log = createLogger(path)
  log.info(
    { password: 'hunter2', request: { token: 'hunter2', nested: { env: { A: 'hunter2' } } }, name: 'web' },
    'Started',
  )
  log.error({ error: new Error('boom') }, 'Failed')
  const text = readFileSync(path, 'utf8')
  expect(text).not.toContain('hunter2')
  const [first, second] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(first).toMatchObject({ msg: 'Started', name: 'web', password: '•••', pid: process.pid })
  expect(second.error).toMatchObject({ message: 'boom', stack: expect.stringContaining('logger.test') })
  expect(statSync(path).mode & 0o777).toBe(0o600)
})
