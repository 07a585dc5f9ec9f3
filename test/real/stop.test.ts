import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { DaemonLab, isRunning, pidOf } from '../helpers/daemon-lab.ts'
import { until } from '../helpers/until.ts'

/** Waits for a pid that a script wrote into a file. */
const pidIn = (file: string) =>
  until(() => Number(readFileSync(file, 'utf8').trim()) || null, { what: `a pid in ${file}` })

describe('stop', () => {
  test('ends the whole tree and nothing else', async () => {
    await using lab = await DaemonLab.start()
    const file = (name: string) => path.join(lab.folder, name)
    const row = await lab.startScript(
      'tree',
      `sleep 1001 & echo $! > ${file('child')}
       sh -c 'sleep 1002 & echo $! > ${file('grandchild')}; wait' &
       (setsid sh -c 'echo $$ > ${file('daemonised')}; exec sleep 1003' &)
       (setsid sh -c 'trap "" TERM; echo $$ > ${file('stubborn')}; while :; do sleep 0.1; done' &)
       wait; sleep 1004`,
      { graceMs: 700 },
    )
    const members = await Promise.all(
      ['child', 'grandchild', 'daemonised', 'stubborn'].map((name) => pidIn(file(name))),
    )
    const neighbour = await lab.startScript('neighbour', 'exec sleep 1005')
    const reader = spawn('tail', ['-f', path.join(lab.workspace, 'out', `${row.name}.out`)], { stdio: 'ignore' })

    try {
      const report = await lab.ask('process.stop', { targets: [lab.target('tree')], now: false, wait: true })
      expect(report.survivors).toEqual([])
      expect(report.processes[0]?.life).toMatchObject({ kind: 'down' })
      expect([pidOf(row), ...members].filter(isRunning)).toEqual([])
      expect(isRunning(pidOf(neighbour))).toBe(true)
      expect(isRunning(reader.pid ?? 0)).toBe(true)
      expect(isRunning(lab.daemonPid)).toBe(true)
    } finally {
      reader.kill('SIGKILL')
    }
  })

  test('counts down to the kill of a program that ignores TERM, and says so while it does', async () => {
    await using lab = await DaemonLab.start()
    const row = await lab.startScript('deaf', `trap '' TERM; while :; do sleep 0.1; done`, { graceMs: 1000 })
    const asked = Date.now()
    await lab.ask('process.stop', { targets: [lab.target('deaf')], now: false, wait: false })
    const { life } = await lab.row('deaf')
    if (life.kind !== 'stopping' || life.killAt === null) throw new Error(`It is ${life.kind}`)
    expect(life.killAt - asked).toBeGreaterThanOrEqual(1000)
    expect(isRunning(pidOf(row))).toBe(true)
    const after = await lab.untilRow('deaf', 'is down', (candidate) => candidate.life.kind === 'down')
    expect(after.lastEnd).toMatchObject({ signal: 'SIGKILL' })
    expect(isRunning(pidOf(row))).toBe(false)
  })

  test('now skips the countdown', async () => {
    await using lab = await DaemonLab.start()
    const row = await lab.startScript('deaf', `trap '' TERM; while :; do sleep 0.1; done`, { graceMs: 60_000 })
    await lab.ask('process.stop', { targets: [lab.target('deaf')], now: true, wait: true })
    expect(isRunning(pidOf(row))).toBe(false)
  })

  test('uses the signal that the process asked for', async () => {
    await using lab = await DaemonLab.start()
    await lab.startScript('polite', `trap 'echo interrupted; exit 3' INT; while :; do sleep 0.05; done`, {
      stopSignal: 'INT',
    })
    const { processes } = await lab.ask('process.stop', { targets: [lab.target('polite')], now: false, wait: true })
    expect(processes[0]?.lastEnd).toMatchObject({ code: 3, signal: null })
    expect(lab.output(processes[0] ?? (await lab.row('polite')))).toBe('interrupted\n')
  })

  test('of a process that has ended changes nothing', async () => {
    await using lab = await DaemonLab.start()
    await lab.startScript('quick', 'exit 4')
    await lab.untilRow('quick', 'has ended', ({ life }) => life.kind === 'exited')
    const { processes } = await lab.ask('process.stop', { targets: [lab.target('quick')], now: false, wait: true })
    expect(processes[0]?.life).toMatchObject({ kind: 'exited', end: { code: 4 } })
  })

  test('of an ended program ends what it left behind', async () => {
    await using lab = await DaemonLab.start()
    const file = path.join(lab.folder, 'left')
    await lab.startScript('parent', `setsid sh -c 'echo $$ > ${file}; exec sleep 1006' & sleep 0.2`)
    const left = await pidIn(file)
    await lab.untilRow('parent', 'has ended', ({ life }) => life.kind === 'exited')
    expect(isRunning(left)).toBe(true)
    await lab.ask('process.stop', { targets: [lab.target('parent')], now: false, wait: true })
    expect(isRunning(left)).toBe(false)
  })

  test('right after a start leaves nothing running', async () => {
    await using lab = await DaemonLab.start()
    const mark = path.join(lab.folder, 'alive')
    writeFileSync(mark, '')
    const start = lab.startScript('brief', `echo $$ >> ${mark}; exec sleep 1007`)
    const stop = until(
      () =>
        lab.try('process.stop', { targets: [lab.target('brief')], now: false, wait: true }).then((result) => result.ok),
      {
        what: 'the stop',
      },
    )
    await Promise.all([start, stop])
    const { life } = await lab.row('brief')
    expect(['down', 'exited']).toContain(life.kind)
    const pids = readFileSync(mark, 'utf8').trim().split('\n').filter(Boolean).map(Number)
    expect(pids.filter(isRunning)).toEqual([])
  })
})

describe('restart', () => {
  test('is a new pid and the next run of the same process', async () => {
    await using lab = await DaemonLab.start()
    const before = await lab.startScript('server', 'echo started; exec sleep 1008')
    await lab.ask('process.restart', { targets: [lab.target('server')], wait: true })
    const after = await lab.row('server')
    expect(after).toMatchObject({ id: before.id, run: 2, restarts: 1 })
    expect(pidOf(after)).not.toBe(pidOf(before))
    expect(isRunning(pidOf(before))).toBe(false)
    await until(() => lab.output(after) === 'started\nstarted\n', { what: 'the output of both runs' })
  })

  test('asked for many times at once ends with one instance', async () => {
    await using lab = await DaemonLab.start()
    const mark = path.join(lab.folder, 'pids')
    await lab.startScript('busy', `echo $$ >> ${mark}; exec sleep 1009`)
    await Promise.all(
      Array.from({ length: 10 }, () => lab.try('process.restart', { targets: [lab.target('busy')], wait: true })),
    )
    const row = await lab.untilRow('busy', 'is up', ({ life }) => life.kind === 'up')
    // It is up from the moment it is known; its first line comes a moment later.
    const writers = () => readFileSync(mark, 'utf8').trim().split('\n').map(Number)
    await until(() => writers().includes(pidOf(row)), { what: 'its first line' })
    expect(writers().filter(isRunning)).toEqual([pidOf(row)])
  })
})
