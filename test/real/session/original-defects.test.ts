import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { DaemonLab, isRunning, pidOf } from '../../helpers/daemon-lab.ts'
import { detailOf, isUp, refused } from '../../helpers/session-rows.ts'
import { until } from '../../helpers/until.ts'

// Section 13 of the Session seed, and what the other sections mark as a gap: each defect of the original that no other
// file of this folder, and no test of starting, stopping and crashing, holds already.

let lab: DaemonLab
beforeAll(async () => {
  lab = await DaemonLab.start()
})
afterAll(() => lab[Symbol.asyncDispose]())

const start = (uri: string, alias: string) =>
  lab.ask('process.start', { workspace: lab.workspace, uri, alias, restart: 'never' })
const tryStart = (uri: string) => lab.try('process.start', { workspace: lab.workspace, uri })
const untilExited = (alias: string) => lab.untilRow(alias, 'has ended', ({ life }) => life.kind === 'exited')

/** Prints each of its arguments on a line of its own. */
function writePrinter(): string {
  const program = path.join(lab.folder, 'printer')
  writeFileSync(program, `#!/bin/sh\nfor argument; do printf '%s\\n' "$argument"; done\n`)
  chmodSync(program, 0o755)
  return program
}

describe('a URI', () => {
  test('without a query crashed, dropped empty values and all but the last of a repeated key', async () => {
    const printer = writePrinter()
    const bare = await start(`exec://localhost${printer}`, 'bare')
    await untilExited('bare')
    expect(lab.output(bare.process)).toBe('')
    const full = await start(`exec://localhost${printer}?b=1&b=2&flag&e=&s=a+b%20c`, 'full')
    await untilExited('full')
    expect(lab.output(full.process)).toBe('b=1\nb=2\nflag\ne=\ns=a b c\n')
  })

  test('of a scheme that nobody handles did nothing without a word', async () => {
    const refusal = refused(await tryStart('ib://localhost:9090/master-trader?account=0'))
    expect(refusal.code).toBe('bad_input')
    expect(`${refusal.message} ${refusal.hint}`).toMatch(/ib.*exec/s)
    expect(refused(await tryStart('session://supervisor')).hint).toContain('activate')
  })

  test('whose name another one has took its place', async () => {
    // Both hash to the same words.
    const [one, other] = ['exec://localhost/bin/sleep?4597', 'exec://localhost/bin/sleep?6360'] as const
    const first = await start(one, 'namesake-1')
    const second = await start(other, 'namesake-2')
    expect([first.process.name, second.process.name]).toEqual(['used-city', 'used-city-2'])
    const row = await lab.row('used-city')
    expect([row.uri, pidOf(row)]).toEqual([one, pidOf(first.process)])
    expect(isRunning(pidOf(second.process))).toBe(true)
    expect(pidOf(second.process)).not.toBe(pidOf(first.process))
  })
})

test('the output of earlier runs was cut off by each start', async () => {
  const row = await lab.startScript('talkative', `echo "run \${PROCESSION_ID##*:}"; echo "error" >&2`)
  await untilExited('talkative')
  await lab.ask('process.startKnown', { targets: [lab.target('talkative')] })
  await lab.untilRow('talkative', 'has ended again', ({ run, life }) => run === 2 && life.kind === 'exited')
  expect(lab.output(row)).toBe('run 1\nrun 2\n')
  expect(lab.output(row, 'err')).toBe('error\nerror\n')
  const { runs } = await detailOf(lab, 'talkative')
  expect(runs.map(({ run, outOffset, errOffset }) => [run, outOffset, errOffset])).toEqual([
    [2, 6, 6],
    [1, 0, 0],
  ])
})

test('a definition was cut off and then written: who read meanwhile saw half of it', async () => {
  const { process: edited } = await start('exec://localhost/bin/sleep?3501', 'edited')
  const { paths } = await detailOf(lab, 'edited')
  let isDone = false
  const changes = (async () => {
    for (let grace = 1; grace <= 20; grace++) {
      const asked = { workspace: lab.workspace, uri: edited.uri, graceMs: grace * 1000, launch: false }
      await lab.ask('process.start', asked)
    }
    isDone = true
  })()
  await until(
    () => {
      expect(parse(readFileSync(paths.etc, 'utf8'))).toMatchObject({ alias: 'edited', uri: edited.uri })
      return isDone
    },
    { what: 'all changes' },
  )
  await changes
  // The other permissions of a definition that may name secrets.
  expect(statSync(paths.etc).mode & 0o077).toBe(0)
})

test('one start held up all others until it was stable, for up to 75 s', async () => {
  const never = { check: { kind: 'command', argv: ['/bin/false'] }, intervalMs: 50, timeoutMs: 60_000 } as const
  await lab.startScript('never-ready', 'exec sleep 3502', { ready: never, restart: 'always' })
  const others = Array.from({ length: 10 }, (_, index) => `other-${index}`)
  const rows = await Promise.all(
    others.map((alias) => lab.startScript(alias, 'exec sleep 3503', { restart: 'always' })),
  )
  expect(rows.every(isUp)).toBe(true)
  process.kill(pidOf(await lab.row('other-0')), 'SIGKILL')
  await lab.untilRow('other-0', 'is up again', (row) => row.run === 2 && isUp(row))
  expect((await lab.row('never-ready')).life.kind).toBe('starting')
  // Nor does what never becomes ready stand in the way of its own end.
  await lab.ask('process.stop', { targets: [lab.target('never-ready')], now: false, wait: true })
  expect((await lab.row('never-ready')).life.kind).toBe('down')
})

test('a process with a dependence ended the supervisor, one without a state at the next look', async () => {
  await lab.startScript('parent', 'exec sleep 3504', { restart: 'always' })
  await lab.startScript('child', 'exec sleep 3505', { restart: 'always' })
  await lab.ask('dependences.add', { workspace: lab.workspace, parents: ['parent'], children: ['child'] })
  process.kill(pidOf(await lab.row('child')), 'SIGKILL')
  await lab.untilRow('child', 'is up again', (row) => row.run === 2 && isUp(row))
})

test('a condition was Python and could do anything', async () => {
  const mark = path.join(lab.folder, 'mark')
  await lab.startScript('watched', 'exec sleep 3506')
  for (const condition of [
    `__import__('os').system('touch ${mark}')`,
    `process.mainModule.require('fs').writeFileSync('${mark}', '')`,
    `(() => 1)()`,
    `fp.constructor.constructor('return process')()`,
  ]) {
    const result = await lab.client.watch(
      'process.wait',
      { target: lab.target('watched'), condition, timeoutMs: 60_000, failOnExit: false },
      { signal: new AbortController().signal, onPart: () => {} },
    )
    expect(refused(result).code).toBe('bad_input')
  }
  expect(existsSync(mark)).toBe(false)
})

test('stop, show and restart did not work', async () => {
  const { process: before } = await start('exec://localhost/bin/sleep?3507', 'usable')
  expect((await detailOf(lab, 'usable')).fingerprint?.cmdline).toEqual(['/bin/sleep', '3507'])
  await lab.ask('process.restart', { targets: [lab.target('usable')], wait: true })
  expect(isRunning(pidOf(before))).toBe(false)
  await lab.ask('process.stop', { targets: [lab.target('usable')], now: false, wait: true })
  expect((await lab.row('usable')).life).toMatchObject({ kind: 'down', reason: 'Stopped by you' })
})

test('a pid file of a dead process and its pid were believed', async () => {
  const { process: before } = await start('exec://localhost/bin/sleep?3508', 'filed')
  const { paths } = await detailOf(lab, 'filed')
  expect(Number.parseInt(readFileSync(paths.pid, 'utf8'), 10)).toBe(pidOf(before))
  await lab.ask('process.stop', { targets: [lab.target('filed')], now: true, wait: true })
  expect(existsSync(paths.pid)).toBe(false)
  await lab.stopDaemon()
  // Somebody else's by now: of this test.
  writeFileSync(paths.pid, `${process.pid}\n`)
  await lab.startDaemon()
  expect((await lab.row('filed')).life.kind).toBe('down')
  await lab.ask('process.stop', { targets: [lab.target('filed')], now: true, wait: true })
  await lab.ask('process.startKnown', { targets: [lab.target('filed')] })
  const after = await lab.untilRow('filed', 'is up', isUp)
  expect(Number.parseInt(readFileSync(paths.pid, 'utf8'), 10)).toBe(pidOf(after))
})
