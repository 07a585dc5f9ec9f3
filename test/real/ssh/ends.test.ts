import process from 'node:process'
import { describe, expect, test } from 'vitest'
import { isRunning, pidOf } from '../../helpers/daemon-lab.ts'
import { sharedHostLab } from '../../helpers/host-lab.ts'

const shared = sharedHostLab()

describe('the end of a program there', () => {
  test('by SIGKILL is told as that, and its policy starts it again', async () => {
    const { machine } = shared
    const session = await machine.session()
    const first = await machine.run(session, 'train', 'echo "run $$"; exec sleep 1000')
    process.kill(pidOf(first), 'SIGKILL')
    const second = await machine.untilRow(session, 'train', ({ run, life }) => run === 2 && life.kind === 'up')
    expect(pidOf(second)).not.toBe(pidOf(first))
    expect(isRunning(pidOf(second))).toBe(true)
    expect(second).toMatchObject({ restarts: 1, lastEnd: { code: null, signal: 'SIGKILL' } })
    const [latest, ended] = await session.runs('train')
    expect(latest).toMatchObject({ run: 2, pid: pidOf(second), end: null })
    expect(ended).toMatchObject({ run: 1, pid: pidOf(first), end: { signal: 'SIGKILL' } })
    await machine.untilOutput(session, second, `run ${pidOf(first)}\nrun ${pidOf(second)}\n`)
  })

  test('with a code is told with that; what fails is started again on failure, and what ends well is not', async () => {
    const { machine } = shared
    const session = await machine.session()
    const fails = await machine.run(session, 'fails', 'echo last words; exit 7', { restart: 'never' })
    expect(await session.untilLife('fails', 'exited')).toMatchObject({
      lastEnd: { code: 7, signal: null, reason: null },
    })
    expect(machine.output(session, fails)).toBe('last words\n')

    await machine.run(session, 'well', 'exit 0', { restart: 'on-failure' })
    expect(await session.untilLife('well', 'exited')).toMatchObject({ run: 1, lastEnd: { code: 0 } })
    const folder = machine.folder('once')
    await machine.run(session, 'once', '[ -e begun ] && exit 0; : >begun; exit 3', {
      restart: 'on-failure',
      cwd: folder,
    })
    expect(await session.untilLife('once', 'exited')).toMatchObject({ run: 2, restarts: 1, lastEnd: { code: 0 } })
    expect((await session.runs('once')).map(({ end }) => end?.code)).toEqual([0, 3])
  })

  test('again and again makes it a crash loop, which nothing starts but a person', async () => {
    const { machine } = shared
    const session = await machine.session()
    await machine.run(session, 'loop', 'exit 1', { restartLimit: { deaths: 3, withinMs: 60_000 } })
    const failed = await session.untilLife('loop', 'failed')
    expect(failed).toMatchObject({ run: 3, life: { because: 'crash-loop' }, lastEnd: { code: 1 } })
  })

  test('of a parent stops the child that may not run without it', async () => {
    const { machine } = shared
    const session = await machine.session()
    const parent = await machine.run(session, 'parent', 'exec sleep 1000', { restart: 'never' })
    await machine.run(session, 'child', 'exec sleep 1000', { launch: false })
    await machine.lab.ask('dependences.add', {
      workspace: session.workspace,
      parents: ['parent'],
      children: ['child'],
      onLoss: 'stop',
    })
    await machine.lab.ask('process.startKnown', { targets: [session.target('child')] })
    await session.untilLife('child', 'up')
    process.kill(pidOf(parent), 'SIGTERM')
    expect(await session.untilLife('child', 'down')).toMatchObject({
      life: { reason: 'Stopped because parent is no longer up' },
    })
  })
})

test('a program that somebody stopped and let go on there is paused meanwhile', async () => {
  const { machine } = shared
  const session = await machine.session()
  const row = await machine.run(session, 'train', 'exec sleep 1000')
  process.kill(pidOf(row), 'SIGSTOP')
  await session.untilLife('train', 'paused')
  process.kill(pidOf(row), 'SIGCONT')
  expect(pidOf(await session.untilLife('train', 'up'))).toBe(pidOf(row))
})
