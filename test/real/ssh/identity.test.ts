import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { isRunning, pidOf, pidsWith } from '../../helpers/daemon-lab.ts'
import { sharedHostLab } from '../../helpers/host-lab.ts'
import { until } from '../../helpers/until.ts'

const shared = sharedHostLab()

/** Counts up, a line every hundredth of a second. */
const counting = 'n=0; while :; do n=$((n + 1)); echo $n; sleep 0.01; done'

function expectCounted(output: string): void {
  const lines = output.split('\n').slice(0, -1)
  expect(lines).toEqual(lines.map((_, index) => String(index + 1)))
}

describe('a daemon that died', () => {
  test('is followed by one that takes the same program back, and no line is lost', async () => {
    const { machine } = shared
    const session = await machine.session()
    const before = await machine.run(session, 'count', counting)
    await until(() => machine.output(session, before).length > 100, { what: 'some lines' })
    await machine.lab.killDaemon()
    await machine.lab.startDaemon()
    const after = await machine.untilRow(session, 'count', ({ life }) => life.kind === 'up')
    expect(pidOf(after)).toBe(pidOf(before))
    expect(after).toMatchObject({ run: 1, restarts: 0, startedAt: before.startedAt })
    const length = machine.output(session, before).length
    await until(() => machine.output(session, before).length > length + 100, { what: 'more lines' })
    await session.stop('count')
    expectCounted(machine.output(session, before))
    // The connection of the first daemon is gone as well.
    const masters = () =>
      pidsWith('ControlMaster=yes').filter((pid) =>
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`ssh\0-F\0${machine.sshd.clientConfig}\0`),
      )
    await until(() => masters().length === 1, { what: 'one connection' })
  })

  test('learns afterwards with which code a program ended meanwhile, and starts what should run', async () => {
    const { machine } = shared
    const session = await machine.session()
    const cwd = machine.folder('meanwhile')
    const script = 'while [ ! -e go ]; do sleep 0.02; done; echo last; exit 7'
    const ends = await machine.run(session, 'ends', script, { cwd, restart: 'never' })
    const again = await machine.run(session, 'again', 'while [ ! -e go ]; do sleep 0.02; done; exec sleep 1000', {
      cwd,
    })
    const killed = await machine.run(session, 'killed', 'exec sleep 1000', { restart: 'always' })
    await machine.lab.killDaemon()
    writeFileSync(path.join(cwd, 'go'), '')
    process.kill(pidOf(killed), 'SIGKILL')
    await until(() => !isRunning(pidOf(ends)), { what: 'its end' })
    await machine.lab.startDaemon()
    const ended = await machine.untilRow(session, 'ends', ({ life }) => life.kind === 'exited')
    expect(ended).toMatchObject({ run: 1, lastEnd: { code: 7, signal: null, reason: null } })
    expect(machine.output(session, ended)).toBe('last\n')
    const restarted = await machine.untilRow(session, 'killed', ({ life, run }) => life.kind === 'up' && run === 2)
    expect(restarted).toMatchObject({ lastEnd: { signal: 'SIGKILL' } })
    expect(pidOf(await machine.untilRow(session, 'again', ({ life }) => life.kind === 'up'))).toBe(pidOf(again))
  })

  test('has a stop that was under way brought to its end', async () => {
    const { machine } = shared
    const session = await machine.session()
    const script = 'trap "echo asked" TERM; echo ready; while :; do sleep 0.02; done'
    const row = await machine.run(session, 'deaf', script, { graceMs: 700 })
    await machine.untilOutput(session, row, 'ready\n')
    await machine.lab.ask('process.stop', { targets: [session.target('deaf')], now: false, wait: false })
    await machine.lab.killDaemon()
    await machine.lab.startDaemon()
    const down = await machine.untilRow(session, 'deaf', ({ life }) => life.kind === 'down')
    expect(down).toMatchObject({ lastEnd: { signal: 'SIGKILL' }, life: { reason: 'Stopped by you' } })
    expect(isRunning(pidOf(row))).toBe(false)
  })
})

const rounds = 10

test('whenever the daemon dies during a start there is one program or none, and its row says which', async () => {
  const { machine } = shared
  const session = await machine.session()
  const cwd = machine.folder('rounds')
  let begun = 0
  for (let round = 0; round < rounds; round += 1) {
    await machine.connect()
    const alias = `p${round}`
    const file = path.join(cwd, alias)
    writeFileSync(file, '')
    const start = machine.lab.try('process.start', {
      workspace: session.workspace,
      host: machine.host,
      argv: ['/bin/sh', '-c', `echo $$ >>${file}; exec sleep 2000`],
      alias,
      restart: 'never',
    })
    await pause(round * 12)
    await machine.lab.killDaemon()
    await start
    await machine.lab.startDaemon()
    const pids = () => readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number)
    const { processes } = await machine.lab.ask('rows.list', { workspace: session.workspace })
    if (!processes.some((row) => row.alias === alias)) {
      expect(pids()).toEqual([])
      continue
    }
    const row = await machine.untilRow(session, alias, ({ life }) => ['up', 'new', 'failed'].includes(life.kind))
    if (row.life.kind === 'up') {
      begun += 1
      await until(() => pids().length > 0, { what: 'the program to begin' })
      expect(pids()).toEqual([pidOf(row)])
    } else {
      expect(pids()).toEqual([])
      // A later start finds nothing in its way and makes no second copy.
      await machine.lab.ask('process.startKnown', { targets: [session.target(alias)] })
      expect(pids().filter(isRunning)).toEqual([pidOf(await session.row(alias))])
    }
  }
  // Some moments were before it and some after, or this has tested nothing.
  expect(begun).toBeGreaterThan(0)
  for (const row of (await machine.lab.ask('rows.list', { workspace: session.workspace })).processes)
    await machine.untilRow(session, row.name, ({ life }) => life.kind === 'up')
  const { processes } = await machine.lab.ask('rows.list', { workspace: session.workspace })
  const running = pidsWith('sleep\u00002000').filter((pid) => machine.programs.includes(pid))
  expect(running.sort()).toEqual(processes.map(pidOf).sort())
})
