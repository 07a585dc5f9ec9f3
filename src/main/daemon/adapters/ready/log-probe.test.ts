import { appendFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../../../test/helpers/temporary-folder.ts'
import { createLogProbe } from './log-probe.ts'

const never = new AbortController().signal

test('a line of this run that matches is found, in either file, once it is whole', async () => {
  await using folder = await temporaryFolder()
  const [out, err] = ['out', 'err'].map((name) => path.join(folder.path, name)) as [string, string]
  writeFileSync(out, 'ready in an earlier run\n')
  writeFileSync(err, 'not yet\nread')
  const logs = [
    { path: out, from: 24 },
    { path: err, from: 0 },
  ]
  const probe = createLogProbe('^ready', logs)
  expect(await probe.ask(never)).toBe(false)
  appendFileSync(err, 'y ünd gö\n')
  expect(await probe.ask(never)).toBe(true)
})

test('a pattern that would take for ever is given up, and the program is not held up by it', async () => {
  await using folder = await temporaryFolder()
  const out = path.join(folder.path, 'out')
  writeFileSync(out, `${'a'.repeat(80)}!\n`)
  let turns = 0
  const ticking = setInterval(() => (turns += 1), 1)
  try {
    expect(await createLogProbe('(a+)+$', [{ path: out, from: 0 }], 300).ask(never)).toBe(false)
    expect(turns).toBeGreaterThan(10)
  } finally {
    clearInterval(ticking)
  }
})

test('a try ends with its signal', async () => {
  await using folder = await temporaryFolder()
  const out = path.join(folder.path, 'out')
  writeFileSync(out, `${'a'.repeat(80)}!\n`)
  const over = new AbortController()
  const asked = createLogProbe('(a+)+$', [{ path: out, from: 0 }], 60_000).ask(over.signal)
  over.abort()
  expect(await asked).toBe(false)
})
