import { describe, expect, test } from 'vitest'
import { isRunning, pidOf } from '../../helpers/daemon-lab.ts'
import { sharedHostLab } from '../../helpers/host-lab.ts'
import { sleepersOf, someSeconds } from '../../helpers/sleepers.ts'
import { until } from '../../helpers/until.ts'

const shared = sharedHostLab()

const untilAsleep = (...all: readonly string[]) =>
  until(() => all.every((seconds) => sleepersOf(seconds).length === 1), { what: 'everybody to sleep' })

describe('a stop on another machine', () => {
  test('ends children that left the session and the family, by the mark or by our logs alone, and nobody else', async () => {
    const { machine } = shared
    const session = await machine.session()
    const [own, child, gone, bare, other] = [1, 2, 3, 4, 5].map(someSeconds) as [string, string, string, string, string]
    // Two forks and a new session; then the same without the environment that has the mark.
    const script = `sleep ${child} &
      setsid sh -c 'sleep ${gone} & exit' &
      env -i setsid sh -c 'sleep ${bare} & exit' &
      exec sleep ${own}`
    const row = await machine.run(session, 'tree', script)
    await machine.run(session, 'other', `setsid sh -c 'sleep ${other} & exit'; exec sleep 1000`)
    await untilAsleep(own, child, gone, bare, other)
    const [bystander] = sleepersOf(other)

    const report = await machine.lab.ask('process.stop', {
      targets: [session.target('tree')],
      now: false,
      wait: true,
    })
    expect(report).toMatchObject({ survivors: [], processes: [{ life: { kind: 'down', reason: 'Stopped by you' } }] })
    for (const seconds of [own, child, gone, bare]) expect(sleepersOf(seconds)).toEqual([])
    expect(isRunning(pidOf(row))).toBe(false)
    expect(sleepersOf(other)).toEqual([bystander])
    expect(await session.row('other')).toMatchObject({ life: { kind: 'up' } })
    expect(await session.row('tree')).toMatchObject({ lastEnd: { signal: 'SIGTERM' }, run: 1 })
  })

  test('ends what the program left behind when it ended by itself', async () => {
    const { machine } = shared
    const session = await machine.session()
    const seconds = someSeconds()
    await machine.run(session, 'left', `setsid sleep ${seconds} & exit 0`, { restart: 'never' })
    await session.untilLife('left', 'exited')
    await untilAsleep(seconds)
    await session.stop('left')
    expect(sleepersOf(seconds)).toEqual([])
  })

  test('kills what ignores the signal when the grace is over, and first asks with the signal that was chosen', async () => {
    const { machine } = shared
    const session = await machine.session()
    const script = 'trap "echo asked" INT; echo ready; while :; do sleep 0.02; done'
    const row = await machine.run(session, 'deaf', script, { graceMs: 400, stopSignal: 'INT' })
    await machine.untilOutput(session, row, 'ready\n')
    const stopped = await machine.lab.ask('process.stop', { targets: [session.target('deaf')], now: false, wait: true })
    expect(stopped).toMatchObject({
      survivors: [],
      processes: [{ life: { kind: 'down' }, lastEnd: { signal: 'SIGKILL' } }],
    })
    expect(isRunning(pidOf(row))).toBe(false)
    await machine.untilOutput(session, row, 'ready\nasked\n')
  })

  test('comes before the next run of a restart', async () => {
    const { machine } = shared
    const session = await machine.session()
    const first = await machine.run(session, 'train', 'sleep 1000 & exec sleep 1001')
    const { processes } = await machine.lab.ask('process.restart', { targets: [session.target('train')], wait: true })
    const [second] = processes
    expect(second).toMatchObject({ run: 2, life: { kind: 'up' } })
    expect(isRunning(pidOf(first))).toBe(false)
  })

  test('of a whole session goes from children to parents, over machines', async () => {
    const { machine } = shared
    const session = await machine.session()
    const trap = 'trap "date +%s%N; exit 0" TERM; echo up; while :; do sleep 0.02; done'
    const near = await session.start('near', trap)
    const far = await machine.run(session, 'far', trap, { launch: false })
    await session.depend(['near', 'far'])
    await machine.lab.ask('process.startKnown', { targets: [session.target('far')] })
    await session.untilLife('far', 'up')
    for (const row of [near, far]) await machine.untilOutput(session, row, 'up\n')
    const { survivors } = await session.deactivate()
    expect(survivors).toEqual([])
    const endOf = (row: typeof near) => BigInt(machine.output(session, row).split('\n')[1] ?? '')
    await until(() => endOf(far) > 0n && endOf(near) > 0n, { what: 'both ends' })
    expect(endOf(far) < endOf(near)).toBe(true)
    await session.activate()
    await session.untilLife('far', 'up')
  })
})
