import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isConsentNeeded } from '../../../src/shared/text/refusals.ts'
import { DaemonLab, isRunning, pidOf } from '../../helpers/daemon-lab.ts'
import { LabSession } from '../../helpers/lab-session.ts'
import { editDatabase } from '../../helpers/reboot.ts'
import { refused } from '../../helpers/session-rows.ts'
import { until } from '../../helpers/until.ts'

// Sections 6 and 11 of the Session seed: what activate, deactivate and gc do with a whole session.

let lab: DaemonLab
beforeAll(async () => {
  lab = await DaemonLab.start()
})
afterAll(() => lab[Symbol.asyncDispose]())

const file = (name: string) => path.join(lab.folder, name)
const pidsIn = (name: string): number[] =>
  existsSync(file(name)) ? readFileSync(file(name), 'utf8').split('\n').filter(Boolean).map(Number) : []

/** Takes a moment to end. */
const slowly = `trap 'sleep 0.1; exit 0' TERM; while :; do sleep 0.02; done`

describe('the order that the dependences give', () => {
  test('children end before their parents, parents are up before their children, and a second activation changes nothing', async () => {
    const session = await LabSession.create(lab, 'layers')
    for (const alias of ['c', 'b', 'a', 'lone']) await session.start(alias, slowly, { launch: false })
    await session.depend(['a', 'b'], ['b', 'c'])
    await lab.ask('process.startKnown', { targets: ['a', 'b', 'c', 'lone'].map((ref) => session.target(ref)) })
    for (const alias of ['a', 'b', 'c', 'lone']) await session.untilLife(alias, 'up')

    const { survivors, session: row } = await session.deactivate()
    expect(survivors).toEqual([])
    expect(row.active).toBe(false)
    const ended = async (alias: string) => Number((await session.runs(alias))[0]?.endedAt)
    expect(await ended('c')).toBeLessThan(await ended('b'))
    expect(await ended('b')).toBeLessThan(await ended('a'))
    expect((await session.row('a')).life).toMatchObject({ kind: 'down', reason: 'The session was deactivated' })

    const activation = await session.activate()
    expect(activation).toMatchObject({ alreadyActive: false, adopted: [], session: { active: true } })
    for (const alias of ['a', 'b', 'c', 'lone']) await session.untilLife(alias, 'up')
    const started = async (alias: string) => Number((await session.runs(alias))[0]?.startedAt)
    expect(await started('a')).toBeLessThanOrEqual(await started('b'))
    expect(await started('b')).toBeLessThanOrEqual(await started('c'))
    expect(await session.activate()).toMatchObject({ alreadyActive: true, adopted: [] })
    expect((await session.row('a')).run).toBe(2)
  })

  test('holds also when whoever asked for it has gone', async () => {
    const session = await LabSession.create(lab, 'abandoned')
    for (const alias of ['child', 'parent']) await session.start(alias, slowly, { launch: false })
    await session.depend(['parent', 'child'])
    await lab.ask('process.startKnown', { targets: [session.target('parent'), session.target('child')] })
    await session.untilLife('child', 'up')
    const gone = new AbortController()
    const asked = lab.client.call('sessions.deactivate', { workspace: session.workspace }, { signal: gone.signal })
    await session.untilLife('child', 'stopping')
    gone.abort()
    await asked
    expect((await session.row('parent')).life.kind).toBe('up')
    await session.untilLife('parent', 'down')
    const [child, parent] = [(await session.runs('child'))[0], (await session.runs('parent'))[0]]
    expect(Number(child?.endedAt)).toBeLessThan(Number(parent?.endedAt))
  })

  test('of a deactivation that an activation overtakes: what was stopped comes back, what was not goes on', async () => {
    const session = await LabSession.create(lab, 'overtaken')
    for (const alias of ['child', 'parent']) await session.start(alias, slowly, { launch: false })
    await session.depend(['parent', 'child'])
    await lab.ask('process.startKnown', { targets: [session.target('parent'), session.target('child')] })
    const parent = await session.untilLife('parent', 'up')
    await session.untilLife('child', 'up')
    const deactivation = session.deactivate()
    await session.untilLife('child', 'stopping')
    await session.activate()
    await deactivation
    const child = await session.untilRow('child', 'is up again', ({ run, life }) => run === 2 && life.kind === 'up')
    expect(isRunning(pidOf(child))).toBe(true)
    expect((await session.row('parent')).life).toEqual(parent.life)
  })
})

describe('after a deactivation', () => {
  test('nothing is started again, not even by the next daemon, until the session is activated', async () => {
    const session = await LabSession.create(lab, 'quiet')
    const noting = (name: string) => `echo $$ >> ${file(name)}; exec sleep 3200`
    const stays = await session.start('stays', noting('stays'), { shutdown: false })
    const dies = await session.start('dies', noting('dies'), { shutdown: false })
    await session.start('kept-up', noting('kept-up'))
    await session.start('was-up', noting('was-up'), { restart: 'never' })
    await session.start('by-hand', noting('by-hand'), { restart: 'never' })
    await session.stop('by-hand')
    await session.start('in-back-off', `echo $$ >> ${file('in-back-off')}; exit 1`, { restartLimit: null })
    await session.start('waits', noting('waits'), { launch: false, restart: 'never' })
    await session.depend(['by-hand', 'waits'])
    await lab.ask('process.startKnown', { targets: [session.target('waits')] })
    await session.untilLife('waits', 'blocked')
    await session.untilLife('in-back-off', 'backoff')

    const { processes } = await session.deactivate()
    const lives = Object.fromEntries(processes.map(({ alias, life }) => [alias, life.kind]))
    expect(lives).toEqual({
      stays: 'up',
      dies: 'up',
      'kept-up': 'down',
      'was-up': 'down',
      'by-hand': 'down',
      'in-back-off': 'down',
      waits: 'down',
    })
    process.kill(pidOf(dies), 'SIGKILL')
    await session.untilLife('dies', 'exited')
    for (const restart of [async () => {}, () => lab.killDaemon(), () => lab.stopDaemon()]) {
      await restart()
      if (!isRunning(lab.daemonPid)) await lab.startDaemon()
      const { sessions } = await lab.ask('rows.list', { workspace: session.workspace })
      expect(sessions[0]?.active).toBe(false)
      expect(pidOf(await session.row('stays'))).toBe(pidOf(stays))
      expect((await session.row('dies')).life.kind).toBe('exited')
    }
    await session.threeSweeps('stays')
    for (const [alias, runs] of [
      ['dies', 1],
      ['kept-up', 1],
      ['was-up', 1],
      ['by-hand', 1],
      ['waits', 0],
    ] as const) {
      expect(pidsIn(alias)).toHaveLength(runs)
    }
    const crashes = pidsIn('in-back-off').length

    await session.activate()
    // What was left running is supervised again, as it is.
    const again = await session.row('stays')
    expect([again.run, pidOf(again)]).toEqual([1, pidOf(stays)])
    for (const alias of ['dies', 'kept-up', 'was-up']) await session.untilLife(alias, 'up')
    expect((await session.row('by-hand')).life.kind).toBe('down')
    expect((await session.row('waits')).life.kind).toBe('blocked')
    await session.untilRow('in-back-off', 'is tried again', ({ run }) => run > crashes)
    process.kill(pidOf(again), 'SIGKILL')
    await session.untilRow('stays', 'is restarted', ({ run, life }) => run === 2 && life.kind === 'up')
    await session.stop('in-back-off')
  })

  test('what somebody started by hand meanwhile is found, not doubled', async () => {
    const session = await LabSession.create(lab, 'found')
    await session.start('server', 'exec sleep 3201')
    await session.deactivate()
    await lab.ask('process.startKnown', { targets: [session.target('server')] })
    const byHand = await session.row('server')
    await session.activate()
    expect(pidOf(await session.row('server'))).toBe(pidOf(byHand))
  })

  test('what is deaf is killed when its grace is over', async () => {
    const session = await LabSession.create(lab, 'deaf')
    const row = await session.start('deaf', `trap '' TERM; while :; do sleep 0.05; done`, { graceMs: 100 })
    const { processes, survivors } = await session.deactivate()
    expect(survivors).toEqual([])
    expect(processes[0]?.lastEnd).toMatchObject({ signal: 'SIGKILL' })
    expect(isRunning(pidOf(row))).toBe(false)
    expect((await session.deactivate()).survivors).toEqual([])
  })
})

test('a session that is active is so for the next daemon: it restarts what should be up', async () => {
  const session = await LabSession.create(lab, 'active')
  const before = await session.start('server', 'exec sleep 3202')
  await session.deactivate()
  await session.activate()
  const running = pidOf(await session.untilLife('server', 'up'))
  expect(running).not.toBe(pidOf(before))
  await lab.killDaemon()
  process.kill(running, 'SIGKILL')
  await until(() => !isRunning(running), { what: 'its end' })
  await lab.startDaemon()
  await session.untilRow('server', 'is up again', ({ run, life }) => run === 3 && life.kind === 'up')
})

describe('gc', () => {
  test('lists and then removes what belongs to nothing, and nothing else', async () => {
    const session = await LabSession.create(lab, 'garbage')
    const in_ = (folder: string, name: string) => path.join(session.workspace, folder, name)
    await session.start('server', 'exec sleep 3203', { name: 'server' })
    await session.start('dotted', 'exec sleep 3204', { name: 'server.two' })
    await session.start('ended', 'exit 0', { name: 'ended', restart: 'never' })
    await session.untilLife('ended', 'exited')
    for (const alias of ['server', 'dotted']) {
      await lab.ask('process.attach', { workspace: session.workspace, program: null, alias, state: 'operative' })
    }
    process.kill(pidOf(await session.row('server')), 'SIGKILL')
    await session.untilRow('server', 'is up again', ({ run, life }) => run === 2 && life.kind === 'up')

    const garbage = {
      [in_('fp', 'nobody-here.operative.yaml')]: 'no process has this name',
      [in_('fp', 'server.forgotten.yaml')]: 'server has no state forgotten',
      [in_('pid', 'nobody-here.pid')]: 'no process has this name',
      [in_('pid', 'ended.pid')]: 'ended does not run',
      [in_('pid', 'nobody-here.1.rec')]: 'no process has this name',
      [in_('pid', 'server.1.rec')]: 'the run is over and stored',
    }
    for (const name of Object.keys(garbage)) if (!existsSync(name)) writeFileSync(name, 'x')
    const others = [
      in_('etc', 'nobody-here.yaml'),
      in_('out', 'nobody-here.out'),
      in_('err', 'nobody-here.out'),
      in_('db', 'nobody-here.db'),
      in_('bin', 'mine.sh'),
      in_('fp', 'notes.txt'),
    ]
    for (const name of others) writeFileSync(name, 'x')
    const filesOf = () =>
      ['bin', 'db', 'err', 'etc', 'fp', 'out', 'pid'].flatMap((folder) =>
        readdirSync(path.join(session.workspace, folder)).map((name) => in_(folder, name)),
      )
    const before = filesOf()

    const dry = await lab.ask('sessions.gc', { workspace: session.workspace, dryRun: true })
    expect(Object.fromEntries(dry.removed.map((item) => [item.path, item.reason]))).toEqual(garbage)
    expect(filesOf().toSorted()).toEqual(before.toSorted())
    const wet = await lab.ask('sessions.gc', { workspace: session.workspace, dryRun: false })
    expect(wet).toEqual(dry)
    expect(filesOf().toSorted()).toEqual(before.filter((name) => !(name in garbage)).toSorted())
    // All that still runs and all that is known of it is as it was.
    expect((await session.row('dotted')).state).toBe('operative')
    for (const alias of ['server', 'dotted']) expect((await session.row(alias)).life.kind).toBe('up')
    expect(await lab.ask('sessions.gc', { workspace: session.workspace, dryRun: false })).toEqual({
      removed: [],
      events: 0,
    })
  })

  test('is part of every activation', async () => {
    const session = await LabSession.create(lab, 'cleared')
    await session.deactivate()
    const stray = path.join(session.workspace, 'pid', 'nobody-here.pid')
    writeFileSync(stray, '1')
    await session.activate()
    expect(existsSync(stray)).toBe(false)
  })
})

describe('a workspace that was not run here before', () => {
  /** What a person copies who takes a whole session along. */
  async function copied(name: string): Promise<string> {
    const session = await LabSession.create(lab, name)
    await session.start('server', `echo $$ >> ${file(`${name}-pids`)}; exec sleep 3205`)
    await until(() => pidsIn(`${name}-pids`).length === 1, { what: 'its pid' })
    await session.deactivate()
    await lab.stopDaemon()
    const copy = file(`${name}-copy`)
    cpSync(session.workspace, copy, { recursive: true })
    await lab.startDaemon()
    return copy
  }

  test('shows what it would run and runs it only when a person agrees', async () => {
    const copy = await copied('foreign')
    await using elsewhere = await DaemonLab.start()
    const { processes } = await elsewhere.ask('rows.list', { workspace: copy })
    expect(processes.map(({ alias, life }) => [alias, life.kind])).toEqual([['server', 'down']])
    const refusal = refused(await elsewhere.try('sessions.activate', { workspace: copy, yes: false }))
    expect(refusal.message).toContain(`server: /bin/sh -c`)
    expect(isConsentNeeded(refusal)).toBe(true)

    await elsewhere.killDaemon()
    await elsewhere.startDaemon()
    expect(isConsentNeeded(refused(await elsewhere.try('sessions.activate', { workspace: copy, yes: false })))).toBe(
      true,
    )
    expect(pidsIn('foreign-pids')).toHaveLength(1)

    await elsewhere.ask('sessions.activate', { workspace: copy, yes: true })
    await until(() => pidsIn('foreign-pids').length === 2, { what: 'its start' })
    await elsewhere.killDaemon()
    await elsewhere.startDaemon()
    const again = await elsewhere.ask('sessions.activate', { workspace: copy, yes: false })
    expect(again).toMatchObject({ alreadyActive: true, session: { active: true } })
  })

  test('as a copy it leaves the programs of its original alone', async () => {
    const session = await LabSession.create(lab, 'original')
    const original = await session.start('twin', 'exec sleep 3207')
    const copy = file('original-copy')
    cpSync(session.workspace, copy, { recursive: true })
    await using elsewhere = await DaemonLab.start()
    const target = { workspace: copy, ref: 'twin' }
    const { row } = await elsewhere.ask('process.show', target)
    expect(row.life).toMatchObject({ kind: 'down', reason: `Copied from ${session.workspace}` })
    expect(row.id).not.toBe(original.id)
    await elsewhere.ask('process.stop', { targets: [target], now: true, wait: true })
    expect(isRunning(pidOf(original))).toBe(true)
    expect(await session.row('twin')).toMatchObject({ id: original.id, run: 1, life: { kind: 'up' } })
  })

  test('because it comes from another machine: nothing of what ran there is believed', async () => {
    const { process: before } = await lab.ask('process.start', {
      workspace: lab.workspace,
      argv: ['/bin/sleep', '3206'],
      alias: 'traveller',
      restart: 'always',
    })
    await lab.stopDaemon()
    editDatabase(lab, (database) => {
      database.exec(`UPDATE meta SET machine_id = 'another', hostname = 'faraway'`)
    })
    await lab.startDaemon()
    const row = await lab.row('traveller')
    expect(row.life).toMatchObject({ kind: 'down', reason: 'Moved from faraway' })
    expect(isRunning(pidOf(before))).toBe(true)
    expect(isConsentNeeded(refused(await lab.try('sessions.activate', { workspace: lab.workspace, yes: false })))).toBe(
      true,
    )
    // It runs here after all: it is found, not doubled.
    const { adopted } = await lab.ask('sessions.activate', { workspace: lab.workspace, yes: true })
    expect(adopted).toEqual(['traveller'])
    const after = await lab.row('traveller')
    expect(pidOf(after)).toBe(pidOf(before))
  })
})
