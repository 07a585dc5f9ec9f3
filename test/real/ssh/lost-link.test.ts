import { readFileSync } from 'node:fs'
import process from 'node:process'
import { describe, expect, test } from 'vitest'
import { isRunning, pidOf } from '../../helpers/daemon-lab.ts'
import { sharedHostLab } from '../../helpers/host-lab.ts'
import { historyOf } from '../../helpers/session-rows.ts'
import { sleepersOf, someSeconds } from '../../helpers/sleepers.ts'
import { until } from '../../helpers/until.ts'

const shared = sharedHostLab()

/** Not the recorder of one, whose arguments end the same. */
const isSleep = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('/usr/bin/sleep')

describe('while a host is away', () => {
  test('what runs there is unknown, with the reason, and comes back as it was', async () => {
    const { machine } = shared
    const session = await machine.session()
    const before = await machine.run(session, 'train', 'exec sleep 1000')
    const cwd = machine.folder('starting')
    const ready = { check: { kind: 'command', argv: ['false'] }, intervalMs: 100, timeoutMs: 600_000 } as const
    await machine.run(session, 'starting', 'exec sleep 1000', { ready, cwd })
    await session.start('near', 'exec sleep 1000')
    await machine.sshd.stop()
    const lost = await machine.untilRow(session, 'train', ({ life }) => life.kind === 'unknown')
    expect(lost.life).toMatchObject({ last: 'up', reason: expect.stringMatching(/^Host gpu-01 (was lost|is unreach)/) })
    expect(await session.row('starting')).toMatchObject({ life: { kind: 'unknown', last: 'starting' } })
    expect(await session.row('near')).toMatchObject({ life: { kind: 'up' } })
    const shown = await machine.cli(session, 'session', 'show')
    expect(shown.stdout).toMatch(/train.*Unknown/)
    expect(shown.stdout).not.toMatch(/train.*Running/)
    const json = JSON.parse((await machine.cli(session, '--json', 'session', 'show', 'train')).stdout)
    expect(json).toMatchObject({ life: 'unknown', pid: null, uptime_s: null })

    // Nobody starts a second one, however it is asked for.
    const known = await machine.cli(session, 'session', 'start', 'train')
    expect(known).toMatchObject({ code: 7, stderr: expect.stringContaining('may be running') })
    const restarted = await machine.lab.try('process.restart', { targets: [session.target('train')], wait: false })
    const forced = await machine.lab.try('process.startKnown', { targets: [session.target('train')], force: true })
    expect([restarted.ok, forced.ok]).not.toContain(true)

    await machine.sshd.startAgain()
    const back = await machine.untilRow(session, 'train', ({ life }) => life.kind === 'up')
    expect(pidOf(back)).toBe(pidOf(before))
    expect(back).toMatchObject({ run: 1, restarts: 0, startedAt: before.startedAt })
    expect(await machine.untilRow(session, 'starting', ({ life }) => life.kind === 'starting')).toMatchObject({
      run: 1,
    })
    const history = await historyOf(machine.lab, 'train').catch(() => [])
    expect(history.filter(({ what }) => what.kind === 'life' && what.event === 'start')).toEqual([])
  })

  test('a stop is remembered, and done when it is back', async () => {
    const { machine } = shared
    const session = await machine.session()
    const seconds = someSeconds()
    const row = await machine.run(session, 'train', `setsid sleep ${seconds} & exec sleep 1000`)
    await until(() => sleepersOf(seconds).length === 1, { what: 'its child' })
    await machine.sshd.stop()
    await machine.untilRow(session, 'train', ({ life }) => life.kind === 'unknown')
    const stop = await machine.cli(session, 'session', 'stop', 'train')
    expect(stop).toMatchObject({ code: 7, stderr: expect.stringContaining('stopped as soon as it can be seen again') })
    expect(await session.row('train')).toMatchObject({ life: { kind: 'unknown', stop: { kind: 'down' } } })
    expect(isRunning(pidOf(row))).toBe(true)
    await machine.sshd.startAgain()
    const down = await machine.untilRow(session, 'train', ({ life }) => life.kind === 'down')
    expect(down).toMatchObject({ life: { reason: 'Stopped by you' }, run: 1 })
    expect(isRunning(pidOf(row))).toBe(false)
    expect(sleepersOf(seconds)).toEqual([])
  })

  test('a stop that was under way goes on when it is back', async () => {
    const { machine } = shared
    const session = await machine.session()
    const script = 'trap "echo asked" TERM; echo ready; while :; do sleep 0.02; done'
    const row = await machine.run(session, 'deaf', script, { graceMs: 1500 })
    await machine.untilOutput(session, row, 'ready\n')
    await machine.lab.ask('process.stop', { targets: [session.target('deaf')], now: false, wait: false })
    await machine.sshd.cutConnections()
    const down = await machine.untilRow(session, 'deaf', ({ life }) => life.kind === 'down')
    expect(down).toMatchObject({ life: { reason: 'Stopped by you' }, lastEnd: { signal: 'SIGKILL' } })
    expect(isRunning(pidOf(row))).toBe(false)
  })

  test('an end and its code are found out afterwards, and restarts wait for the host', async () => {
    const { machine } = shared
    const session = await machine.session()
    const ends = await machine.run(session, 'ends', 'trap "exit 7" TERM; echo up; while :; do sleep 0.02; done', {
      restart: 'never',
    })
    const again = await machine.run(session, 'again', 'exec sleep 1000')
    const loops = await machine.run(session, 'loops', 'sleep 0.3; exit 1', { restartLimit: null })
    await machine.untilOutput(session, ends, 'up\n')
    await machine.untilRow(session, 'loops', ({ life, restarts }) => life.kind === 'backoff' && restarts >= 2)
    const { run } = await session.row('loops')
    await machine.sshd.stop()
    process.kill(pidOf(ends), 'SIGTERM')
    process.kill(pidOf(again), 'SIGKILL')
    await until(() => !isRunning(pidOf(ends)), { what: 'its end' })
    const waits = await machine.untilRow(session, 'loops', ({ life }) => life.kind === 'blocked')
    expect(waits).toMatchObject({ run, waitingFor: [{ kind: 'host', name: machine.host }] })
    const shown = JSON.parse((await machine.cli(session, '--json', 'session', 'show', 'loops')).stdout)
    expect(shown).toMatchObject({ life: 'blocked', waiting_for: [`host:${machine.host}`] })
    expect(await session.row('ends')).toMatchObject({ life: { kind: 'unknown' } })

    await machine.sshd.startAgain()
    expect(await machine.untilRow(session, 'ends', ({ life }) => life.kind === 'exited')).toMatchObject({
      lastEnd: { code: 7, signal: null },
    })
    const restarted = await machine.untilRow(session, 'again', ({ life }) => life.kind === 'up')
    expect(restarted).toMatchObject({ run: 2, lastEnd: { signal: 'SIGKILL' } })
    await machine.untilRow(session, 'loops', (row) => row.run > run)
    expect(pidOf(again)).not.toBe(pidOf(restarted))
    expect(loops.host).toBe(machine.host)
    await session.stop('loops')
  })

  test('a start in words says why not, and a start with the session waits for the host', async () => {
    const { machine } = shared
    const session = await machine.session()
    const cwd = machine.folder('later')
    await machine.run(session, 'later', 'echo $$ >>begun; exec sleep 1000', { cwd, launch: false })
    await machine.run(session, 'child', 'exec sleep 1000', { launch: false })
    const near = await session.start('near', 'exec sleep 1000')
    await session.depend(['near', 'child'])
    await machine.sshd.stop()
    await machine.untilState('reconnecting', 'unreachable')
    const start = await machine.cli(session, 'session', 'start', 'later')
    expect(start).toMatchObject({ code: 7, stderr: expect.stringContaining('Could not start later') })
    expect(start.stderr).toMatch(/connection refused|was lost/)
    expect(await session.row('near')).toMatchObject({ life: near.life })
    await machine.sshd.startAgain()
    await machine.untilState('connected')
    expect(await session.row('later')).toMatchObject({ life: { kind: 'new' }, run: 0 })
    await machine.lab.ask('process.startKnown', { targets: [session.target('later')] })
    await session.untilLife('later', 'up')
  })
})

test('a session and a daemon can be ended while a host is away, and say what they could not stop', async () => {
  const { machine } = shared
  const session = await machine.session()
  const row = await machine.run(session, 'train', 'exec sleep 1000')
  await session.start('near', 'exec sleep 1000')
  await machine.sshd.stop()
  await machine.untilRow(session, 'train', ({ life }) => life.kind === 'unknown')
  const deactivated = await machine.cli(session, 'session', 'deactivate')
  expect(deactivated).toMatchObject({ code: 1, stdout: expect.stringContaining('Deactivated') })
  expect(deactivated.stderr).toMatch(/train .*could not be stopped now: Host gpu-01 /)
  expect(await session.row('near')).toMatchObject({ life: { kind: 'down' } })
  // Nobody could end the program, so somebody must stay who knows of it.
  const stopped = await machine.cli(session, 'daemon', 'stop', '--processes')
  expect(stopped).toMatchObject({ code: 1, stderr: expect.stringContaining('the daemon runs on') })
  expect(isRunning(pidOf(row))).toBe(true)
  await machine.sshd.startAgain()
  await machine.untilRow(session, 'train', ({ life }) => life.kind === 'down')
  expect(isRunning(pidOf(row))).toBe(false)
})

test('a link that is cut in the middle of starts leaves one copy of each or none', async () => {
  const { machine } = shared
  const session = await machine.session()
  const sleeps = Array.from({ length: 12 }, someSeconds)
  const starts = sleeps.map((seconds, index) =>
    machine.lab.try('process.start', {
      workspace: session.workspace,
      host: machine.host,
      argv: ['/usr/bin/sleep', seconds],
      alias: `p${index}`,
      restart: 'never',
    }),
  )
  await until(() => sleeps.some((seconds) => sleepersOf(seconds).length > 0), { what: 'the first of them' })
  await machine.sshd.cutConnections()
  await Promise.all(starts)
  await machine.untilState('connected')
  for (const [index, seconds] of sleeps.entries()) {
    const { processes } = await machine.lab.ask('rows.list', { workspace: session.workspace })
    const alias = `p${index}`
    const copies = () => sleepersOf(seconds).filter((pid) => isSleep(pid))
    if (!processes.some((row) => row.alias === alias)) {
      expect(copies()).toEqual([])
      continue
    }
    const row = await machine.untilRow(session, alias, ({ life }) => ['up', 'new', 'failed'].includes(life.kind))
    expect(copies()).toEqual(row.life.kind === 'up' ? [pidOf(row)] : [])
  }
})
