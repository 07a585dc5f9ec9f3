import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Life, LifeKind } from '../../../src/shared/domain/life.ts'
import type { RestartPolicy } from '../../../src/shared/domain/restart.ts'
import type { ProcessRow } from '../../../src/shared/domain/rows.ts'
import { DaemonLab, isRunning, pidOf } from '../../helpers/daemon-lab.ts'
import { LabSession } from '../../helpers/lab-session.ts'
import { publishedWhen } from '../../helpers/published.ts'
import { historyOf, isUp } from '../../helpers/session-rows.ts'
import { until } from '../../helpers/until.ts'

// Section 7 of the Session seed: what happens to a process that ends, and to one whose session is deactivated.

let lab: DaemonLab
beforeAll(async () => {
  lab = await DaemonLab.start()
})
afterAll(() => lab[Symbol.asyncDispose]())

/** The issue allows 500 ms on an idle machine; threefold for a loaded one. */
const restartAllowanceMs = 1500

const file = (name: string) => path.join(lab.folder, name)
/** Notes the pid of a run in a file of this name. */
const noting = (name: string) => `echo $$ >> ${file(name)}`
const pidsIn = (name: string): number[] =>
  existsSync(file(name)) ? readFileSync(file(name), 'utf8').split('\n').filter(Boolean).map(Number) : []

const kill = (alias: string) => async () => {
  const pid = pidOf(await lab.row(alias))
  process.kill(pid, 'SIGKILL')
  return pid
}

/** The lives that a process has had, oldest first. */
async function livesOf(alias: string): Promise<Life[]> {
  const history = await historyOf(lab, alias)
  return history.flatMap(({ what }) => (what.kind === 'life' ? [what.life] : [])).toReversed()
}

/** How long each back-off of a process was planned, milliseconds, oldest first. */
async function backoffsOf(alias: string): Promise<number[]> {
  return (await livesOf(alias)).flatMap((life) => (life.kind === 'backoff' ? [life.until - life.end.at] : []))
}

const inLife = (kind: LifeKind, row: ProcessRow): ProcessRow | null => (row.life.kind === kind ? row : null)

/** The planned delay, a fifth more or less. */
function expectDelay(delayMs: number | undefined, plannedMs: number): void {
  expect(delayMs).toBeGreaterThanOrEqual(plannedMs * 0.8)
  expect(delayMs).toBeLessThanOrEqual(plannedMs * 1.2)
}

/** A process that is kept up dies twice and comes back twice: whatever was to follow other ends has followed. */
async function aWhile(): Promise<void> {
  const alias = `clock-${performance.now()}`
  await lab.startScript(alias, `exec sleep 3000`, { restart: 'always' })
  for (const run of [2, 3]) {
    await kill(alias)()
    await lab.untilRow(alias, `is up in run ${run}`, (row) => isUp(row) && row.run === run)
  }
  await lab.ask('process.stop', { targets: [lab.target(alias)], now: true, wait: true })
}

test('a program killed with -9 is up again at once: another pid, the next run', async () => {
  const before = await lab.startScript('server', 'exec sleep 3001', { restart: 'always' })
  const { seenAt } = await publishedWhen(lab, (row) => row.id === before.id && row.run === 2 && isUp(row))
  const killedAt = performance.now()
  process.kill(pidOf(before), 'SIGKILL')
  expect((await seenAt) - killedAt).toBeLessThan(restartAllowanceMs)
  const after = await lab.row('server')
  expect(after).toMatchObject({ run: 2, restarts: 1, lastEnd: { code: null, signal: 'SIGKILL' } })
  expect(pidOf(after)).not.toBe(pidOf(before))
  const [, newRun] = await historyOf(lab, 'server')
  expect(newRun).toMatchObject({ actor: 'supervisor', why: 'restart policy', what: { event: 'ended' } })
})

describe('the policy decides', () => {
  const ends = { 'exit 0': 'exit 0', 'exit 1': 'exit 1', 'a signal': 'kill -9 $$' } as const
  type Case = { readonly restart: RestartPolicy; readonly end: keyof typeof ends; readonly runs: 1 | 2 }
  const cases: Case[] = [
    { restart: 'never', end: 'exit 0', runs: 1 },
    { restart: 'never', end: 'exit 1', runs: 1 },
    { restart: 'never', end: 'a signal', runs: 1 },
    { restart: 'on-failure', end: 'exit 0', runs: 1 },
    { restart: 'on-failure', end: 'exit 1', runs: 2 },
    { restart: 'on-failure', end: 'a signal', runs: 2 },
    { restart: 'always', end: 'exit 0', runs: 2 },
    { restart: 'always', end: 'exit 1', runs: 2 },
    { restart: 'always', end: 'a signal', runs: 2 },
  ]
  const aliasOf = ({ restart, end }: Case) => `${restart}-${end.replace(' ', '-')}`

  beforeAll(async () => {
    // The first run ends, a second one would go on.
    const script = (one: Case) =>
      `[ -e ${file(aliasOf(one))} ] && exec sleep 3002; touch ${file(aliasOf(one))}; ${ends[one.end]}`
    await Promise.all(cases.map((one) => lab.startScript(aliasOf(one), script(one), { restart: one.restart })))
    await Promise.all(
      cases.map((one) =>
        lab.untilRow(aliasOf(one), 'has ended', (row) => row.lastEnd !== null && row.life.kind !== 'starting'),
      ),
    )
    await aWhile()
  })

  test.each(cases)('$restart after $end: $runs run(s)', async (one) => {
    const row = await lab.row(aliasOf(one))
    expect(row.run).toBe(one.runs)
    expect(row.life.kind).toBe(one.runs === 1 ? 'exited' : 'up')
    expect(row.lastEnd).toMatchObject(
      one.end === 'a signal' ? { code: null, signal: 'SIGKILL' } : { code: Number(one.end.slice(-1)), signal: null },
    )
  })
})

describe.concurrent('a program that ends again and again', () => {
  test('waits longer each time, and is failed after five early deaths until a person starts it', async () => {
    await lab.startScript('crasher', `${noting('crasher')}; exit 3`, { restart: 'always' })
    const failed = await until(async () => inLife('failed', await lab.row('crasher')), {
      what: 'the crasher to be given up',
      timeoutMs: 30_000,
    })
    expect(failed).toMatchObject({ run: 5, restarts: 4, life: { because: 'crash-loop' } })
    expect(failed.life).toMatchObject({
      reason: 'Ended 5 times within 60 s, each after less than 10 s; the last time it exited with code 3',
    })
    const delays = await backoffsOf('crasher')
    expect(delays).toHaveLength(3)
    for (const [index, planned] of [1000, 2000, 4000].entries()) expectDelay(delays[index], planned)

    await aWhile()
    expect(await lab.row('crasher')).toEqual(failed)
    expect(pidsIn('crasher')).toHaveLength(5)

    await lab.try('process.startKnown', { targets: [lab.target('crasher')] })
    // Begun anew: the first restart comes at once again, and the deaths from before count no more.
    const again = await lab.untilRow('crasher', 'is in back-off again', ({ life }) => life.kind === 'backoff')
    expect(again).toMatchObject({ run: 7, restarts: 1 })
    expectDelay((await backoffsOf('crasher')).at(-1), 1000)
    await lab.ask('process.stop', { targets: [lab.target('crasher')], now: true, wait: true })
  })

  test('is not started again once its policy is never', async () => {
    await lab.startScript('condemned', 'exit 3', { restart: 'always' })
    const waiting = await until(async () => inLife('backoff', await lab.row('condemned')), { what: 'its back-off' })
    await lab.startScript('condemned', 'exit 3', { restart: 'never', launch: false })
    expect(await lab.row('condemned')).toMatchObject({
      run: waiting.run,
      life: { kind: 'down', reason: 'Not started again: restart 0' },
    })
  })

  test('is never given up without a limit', async () => {
    await lab.startScript('tireless', 'exit 4', { restart: 'always', restartLimit: null })
    await until(async () => (await backoffsOf('tireless')).length === 4, {
      what: 'the fifth death of the tireless',
      timeoutMs: 30_000,
    })
    expect(await lab.row('tireless')).toMatchObject({ run: 5, life: { kind: 'backoff' } })
    expectDelay((await backoffsOf('tireless')).at(-1), 8000)
    await lab.ask('process.stop', { targets: [lab.target('tireless')], now: true, wait: true })
  })

  test('is given up after as many deaths as its own limit names', async () => {
    const restartLimit = { deaths: 2, withinMs: 60_000 }
    await lab.startScript('impatient', 'exit 5', { restart: 'on-failure', restartLimit })
    const row = await lab.untilRow('impatient', 'has given up', ({ life }) => life.kind === 'failed')
    expect(row).toMatchObject({ run: 2, restartLimit, life: { because: 'crash-loop' } })
  })
})

describe('what the policy remembers survives kill -9 of the daemon', () => {
  test('a back-off goes on, is followed by one start, and the next one is longer', async () => {
    await lab.startScript('flapper', `${noting('flapper')}; exit 6`, { restart: 'always', restartLimit: null })
    const before = await lab.untilRow('flapper', 'is in back-off', ({ life }) => life.kind === 'backoff')
    await lab.killDaemon()
    await lab.startDaemon()
    const after = await lab.row('flapper')
    if (after.life.kind === 'backoff' && after.run === before.run) expect(after.life).toEqual(before.life)
    await lab.untilRow('flapper', 'is in its next back-off', ({ run, life }) => run === 3 && life.kind === 'backoff')
    const delays = await backoffsOf('flapper')
    expectDelay(delays[0], 1000)
    expectDelay(delays[1], 2000)
    expect(pidsIn('flapper')).toHaveLength(3)
    await lab.ask('process.stop', { targets: [lab.target('flapper')], now: true, wait: true })
  })

  test('early deaths before it count', async () => {
    const restartLimit = { deaths: 3, withinMs: 60_000 }
    await lab.startScript('mortal', `${noting('mortal')}; exit 7`, { restart: 'always', restartLimit })
    await lab.untilRow('mortal', 'is in back-off', ({ life }) => life.kind === 'backoff')
    await lab.killDaemon()
    await lab.startDaemon()
    const row = await lab.untilRow('mortal', 'has given up', ({ life }) => life.kind === 'failed')
    expect(row).toMatchObject({ run: 3, life: { because: 'crash-loop' } })
    expect(pidsIn('mortal')).toHaveLength(3)
  })
})

test('what was stopped by hand stays stopped, whatever happens to the daemon', async () => {
  await lab.startScript('retired', `${noting('retired')}; exec sleep 3003`, { restart: 'always' })
  await lab.startScript('broken', `${noting('broken')}; exit 8`, { restart: 'always', restartLimit: null })
  await lab.untilRow('broken', 'is in back-off', ({ life }) => life.kind === 'backoff')
  const targets = ['retired', 'broken'].map((alias) => lab.target(alias))
  await lab.ask('process.stop', { targets, now: true, wait: true })
  const runs = pidsIn('broken').length
  for (const end of [() => lab.stopDaemon(), () => lab.killDaemon()]) {
    await end()
    await lab.startDaemon()
    await aWhile()
    for (const alias of ['retired', 'broken']) {
      expect((await lab.row(alias)).life).toMatchObject({ kind: 'down', reason: 'Stopped by you' })
    }
  }
  expect(pidsIn('retired')).toHaveLength(1)
  expect(pidsIn('broken')).toHaveLength(runs)
})

describe('restart and stop', () => {
  test('in back-off: restarts at once, many times at once give one instance', async () => {
    const script = `${noting('hasty')}; [ -e ${file('mended')} ] && exec sleep 3004; exit 9`
    await lab.startScript('hasty', script, { restart: 'always', restartLimit: null })
    await lab.untilRow('hasty', 'is in a long back-off', ({ run, life }) => run === 3 && life.kind === 'backoff')
    writeFileSync(file('mended'), '')
    await Promise.all(
      Array.from({ length: 5 }, () => lab.try('process.restart', { targets: [lab.target('hasty')], wait: true })),
    )
    const row = await lab.untilRow('hasty', 'is up', isUp)
    await until(() => pidsIn('hasty').includes(pidOf(row)), { what: 'its first line' })
    expect(pidsIn('hasty').filter(isRunning)).toEqual([pidOf(row)])
  })

  test('while it waits for a parent: it goes on waiting, and there is one instance in the end', async () => {
    const session = await LabSession.create(lab, 'waiting')
    await session.start('parent', 'exec sleep 3005')
    await session.stop('parent')
    await session.start('child', `${noting('child')}; exec sleep 3006`, { launch: false })
    await session.depend(['parent', 'child'])
    const targets = [session.target('child')]
    await lab.ask('process.startKnown', { targets })
    await session.untilLife('child', 'blocked')
    await Promise.all(Array.from({ length: 5 }, () => lab.try('process.restart', { targets, wait: true })))
    expect((await session.row('child')).life.kind).toBe('blocked')

    await session.stop('child')
    expect((await session.row('child')).life).toMatchObject({ kind: 'down', reason: 'Stopped by you' })
    await lab.ask('process.startKnown', { targets: [session.target('parent')] })
    await aWhile()
    expect((await session.row('child')).life.kind).toBe('down')

    await session.stop('parent')
    await lab.ask('process.startKnown', { targets })
    await session.untilLife('child', 'blocked')
    await lab.ask('process.startKnown', { targets: [session.target('parent')] })
    const row = await session.untilLife('child', 'up')
    await until(() => pidsIn('child').length > 0, { what: 'its first line' })
    expect(pidsIn('child')).toEqual([pidOf(row)])
  })

  test('a start during a slow stop comes after its end', async () => {
    const script = `${noting('slow')}; trap 'sleep 0.3; exit 0' TERM; while :; do sleep 0.05; done`
    const before = await lab.startScript('slow', script)
    await until(() => pidsIn('slow').length > 0, { what: 'its first line' })
    const stop = lab.ask('process.stop', { targets: [lab.target('slow')], now: false, wait: true })
    await lab.untilRow('slow', 'is stopping', ({ life }) => life.kind === 'stopping')
    await lab.ask('process.startKnown', { targets: [lab.target('slow')] })
    await stop
    const after = await lab.untilRow('slow', 'is up again', (row) => isUp(row) && row.run === 2)
    expect(isRunning(pidOf(before))).toBe(false)
    expect(isRunning(pidOf(after))).toBe(true)
  })

  const states: readonly [life: string, prepare: (alias: string) => Promise<unknown>][] = [
    ['up', (alias) => lab.untilRow(alias, 'is up', isUp)],
    ['starting', (alias) => lab.untilRow(alias, 'is starting', ({ life }) => life.kind === 'starting')],
    ['exited', (alias) => lab.untilRow(alias, 'has exited', ({ life }) => life.kind === 'exited')],
    ['down', (alias) => lab.ask('process.stop', { targets: [lab.target(alias)], now: true, wait: true })],
    ['stopping', (alias) => lab.ask('process.stop', { targets: [lab.target(alias)], now: false, wait: false })],
    [
      'paused',
      async (alias) => {
        process.kill(pidOf(await lab.row(alias)), 'SIGSTOP')
        await lab.untilRow(alias, 'is paused', ({ life }) => life.kind === 'paused')
      },
    ],
    ['failed', (alias) => lab.untilRow(alias, 'has failed', ({ life }) => life.kind === 'failed')],
  ]
  test.each(states)('a restart of what is %s leaves one instance, up', async (life, prepare) => {
    const alias = `was-${life}`
    const first = life === 'exited' ? 'exit 0' : life === 'failed' ? 'kill -9 $$' : ''
    const script = `${noting(alias)}; [ -e ${file(`${alias}-2`)} ] || { touch ${file(`${alias}-2`)}; ${first || ':'}; }
      exec sleep 3007`
    await lab.startScript(alias, script, {
      restart: life === 'failed' ? 'always' : 'never',
      restartLimit: { deaths: 1, withinMs: 60_000 },
      ready:
        life === 'starting'
          ? {
              check: { kind: 'command', argv: ['/usr/bin/test', '-e', file(`${alias}-ready`)] },
              intervalMs: 50,
              timeoutMs: 60_000,
            }
          : null,
    })
    await prepare(alias)
    expect((await lab.row(alias)).life.kind).toBe(life)
    writeFileSync(file(`${alias}-ready`), '')
    await lab.ask('process.restart', { targets: [lab.target(alias)], wait: true })
    const row = await lab.untilRow(alias, 'is up', isUp)
    await until(() => pidsIn(alias).includes(pidOf(row)), { what: 'its first line' })
    expect(pidsIn(alias).filter(isRunning)).toEqual([pidOf(row)])
    expect(row.run).toBe(2)
  })
})

test('deactivate ends what has shutdown 1 and leaves the others alone', async () => {
  const session = await LabSession.create(lab, 'shutdown')
  const ends = await session.start('ends', 'exec sleep 3008', { shutdown: true })
  const stays = await session.start('stays', 'exec sleep 3009', { shutdown: false })
  const { processes, survivors } = await session.deactivate()
  expect(survivors).toEqual([])
  expect(processes.map(({ life }) => life.kind).toSorted()).toEqual(['down', 'up'])
  expect([ends, stays].map(pidOf).map(isRunning)).toEqual([false, true])
})
