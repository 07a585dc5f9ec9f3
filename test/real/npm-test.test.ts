import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { expect, test } from 'vitest'

const script = path.join(import.meta.dirname, '..', '..', 'scripts', 'test.mjs')

test.each([
  [['--unknown'], "Unknown option '--unknown'"],
  [['--only', 'unti'], "There is no step 'unti'. The steps are: typecheck,"],
])('npm test -- %s is a usage error that names what there is', (commandLine, message) => {
  const { status, stderr } = spawnSync(process.execPath, [script, ...commandLine], { encoding: 'utf8' })
  expect(status).toBe(2)
  expect(stderr).toContain(message)
})
