import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readStat } from '../../../src/main/daemon/adapters/exec/proc.ts'
import { programOf } from '../../../src/shared/domain/life.ts'
import type { Readiness } from '../../../src/shared/domain/readiness.ts'
import type { ProcessRow } from '../../../src/shared/domain/rows.ts'
import { waitingSentence } from '../../../src/shared/text/waiting.ts'
import { DaemonLab, isRunning, ourNode, pidOf } from '../../helpers/daemon-lab.ts'
import { ForeignPrograms } from '../../helpers/foreign-programs.ts'
import { LabSession } from '../../helpers/lab-session.ts'
import { editDatabase, recordsOf, switchOff } from '../../helpers/reboot.ts'
import { historyOf, isUp } from '../../helpers/session-rows.ts'
import { until } from '../../helpers/until.ts'

// Section 8 of the Session seed: what the supervisor sees, waits for and makes good.

let lab: DaemonLab
beforeAll(async () => {
  lab = await DaemonLab.start()
})
afterAll(() => lab[Symbol.asyncDispose]())

const file = (name: string) => path.join(lab.folder, name)
const noting = (name: string) => `echo $$ >> ${file(name)}`
const pidsIn = (name: string): number[] =>
  existsSync(file(name)) ? readFileSync(file(name), 'utf8').split('\n').filter(Boolean).map(Number) : []

/** The pid of the program of a row in any life that has one. */
function programPid(row: ProcessRow): number {
  const program = programOf(row.life)
  if (program === null) throw new Error(`${row.alias} is ${row.life.kind}`)
  return program.identity.pid
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No port was given')
  return address.port
}

/** The moves that a process has made, as `event → life`, oldest first. */
async function movesOf(alias: string): Promise<string[]> {
  const history = await historyOf(lab, alias)
  return history.flatMap(({ what }) => (what.kind === 'life' ? [`${what.event} → ${what.life.kind}`] : [])).toReversed()
}

const stop = (...aliases: readonly string[]) =>
  lab.ask('process.stop', { targets: aliases.map((alias) => lab.target(alias)), now: true, wait: true })

describe('a program that somebody stops with a signal', () => {
  test('is paused, and up again when it goes on', async () => {
    const row = await lab.startScript('pausing', 'exec sleep 3101')
    process.kill(pidOf(row), 'SIGSTOP')
    const paused = await lab.untilRow('pausing', 'is paused', ({ life }) => life.kind === 'paused')
    expect(programPid(paused)).toBe(pidOf(row))
    process.kill(pidOf(row), 'SIGCONT')
    const after = await lab.untilRow('pausing', 'goes on', isUp)
    expect(after).toMatchObject({ run: 1, restarts: 0 })
    expect((await movesOf('pausing')).slice(-2)).toEqual(['paused → paused', 'continued → up'])
  })

  test('can be stopped and killed while it is paused', async () => {
    for (const [alias, end] of [
      ['stopped-paused', (pid: number) => [pid, stop('stopped-paused')]],
      ['killed-paused', (pid: number) => process.kill(pid, 'SIGKILL')],
    ] as const) {
      const pid = pidOf(await lab.startScript(alias, 'exec sleep 3102'))
      process.kill(pid, 'SIGSTOP')
      await lab.untilRow(alias, 'is paused', ({ life }) => life.kind === 'paused')
      end(pid)
      await lab.untilRow(alias, 'has ended', ({ life }) => life.kind === 'down' || life.kind === 'exited')
      expect(isRunning(pid)).toBe(false)
    }
  })
})

describe('a program with a readiness check', () => {
  /** Listens on the port and says so, once somebody has made the file. */
  const server = (port: number, go: string) => [
    ourNode(),
    '-e',
    `setInterval(function look() {
       if (!require('node:fs').existsSync(${JSON.stringify(go)})) return
       clearInterval(this)
       require('node:http').createServer((_, answer) => answer.end()).listen(${port}, () => console.log('now listening'))
     }, 20)`,
  ]
  const checks: readonly [kind: Readiness['check']['kind'], check: (port: number) => Readiness['check']][] = [
    ['port', (port) => ({ kind: 'port', port })],
    ['http', (port) => ({ kind: 'http', url: `http://127.0.0.1:${port}/` })],
    ['log', () => ({ kind: 'log', pattern: '^now lis\\w+$' })],
    ['command', () => ({ kind: 'command', argv: ['/usr/bin/test', '-e', file('command.go')] })],
    ['expr', () => ({ kind: 'expr', expr: `len(fp['listen']) > 0 && life == 'starting'` })],
  ]

  test.each(checks)('is starting until its %s says that it can be used, in each run', async (kind, check) => {
    const port = await freePort()
    const go = file(`${kind}.go`)
    const started = await lab.ask('process.start', {
      workspace: lab.workspace,
      argv: server(port, go),
      alias: kind,
      restart: 'always',
      ready: { check: check(port), intervalMs: 50, timeoutMs: 60_000 },
    })
    expect(started.process.life).toMatchObject({ kind: 'starting', readyBy: expect.any(Number) })
    await lab.startScript(`after-${kind}`, 'exec sleep 3103', { launch: false })
    await lab.ask('dependences.add', {
      workspace: lab.workspace,
      parents: [`${kind}:ready`],
      children: [`after-${kind}`],
    })
    await lab.ask('process.startKnown', { targets: [lab.target(`after-${kind}`)] })
    const child = await lab.row(`after-${kind}`)
    expect(child.life.kind).toBe('blocked')
    expect(waitingSentence(child.waitingFor)).toBe(`Waits for ${kind} to be ready (now starting)`)

    writeFileSync(go, '')
    const first = await lab.untilRow(kind, 'is ready', isUp)
    expect(pidOf(first)).toBe(programPid(started.process))
    await lab.untilRow(`after-${kind}`, 'is up', isUp)

    // What an earlier run has said or opened says nothing about this one.
    rmSync(go)
    process.kill(pidOf(first), 'SIGKILL')
    const next = await lab.untilRow(kind, 'is starting', ({ run, life }) => run === 2 && programOf(life) !== null)
    expect(next.life.kind).toBe('starting')
    writeFileSync(go, '')
    await lab.untilRow(kind, 'is ready again', isUp)
    await stop(kind, `after-${kind}`)
  })

  const never: Readiness = {
    check: { kind: 'command', argv: ['/bin/false'] },
    intervalMs: 50,
    timeoutMs: 300,
  }

  test('that is not ready in time is ended and has failed, with the reason', async () => {
    const port = await freePort()
    const ready: Readiness = { ...never, check: { kind: 'port', port } }
    const row = await lab.startScript('late', 'exec sleep 3104', { restart: 'never', ready })
    const failed = await lab.untilRow('late', 'has failed', ({ life }) => life.kind === 'failed')
    const reason = `Start time-out: port ${port} did not open within 300 ms`
    expect(failed.life).toMatchObject({ because: 'not-ready', reason })
    expect(failed.lastEnd).toMatchObject({ signal: 'SIGTERM', reason })
    expect(isRunning(programPid(row))).toBe(false)
  })

  test('that is not ready in time is restarted as after any failure, however politely it ends', async () => {
    const script = `${noting('polite')}; trap 'exit 0' TERM; while :; do sleep 0.02; done`
    const restartLimit = { deaths: 3, withinMs: 60_000 }
    await lab.startScript('polite', script, { restart: 'on-failure', ready: never, restartLimit })
    const failed = await lab.untilRow('polite', 'has given up', ({ life }) => life.kind === 'failed')
    expect(failed).toMatchObject({ run: 3, restarts: 2, life: { because: 'crash-loop' } })
    expect(pidsIn('polite').filter(isRunning)).toEqual([])
  })

  test('that ends by itself before it is ready has its own end', async () => {
    await lab.startScript('early', 'exit 11', { restart: 'never', ready: { ...never, timeoutMs: 60_000 } })
    const row = await lab.untilRow('early', 'has ended', ({ life }) => life.kind === 'exited')
    expect(row.lastEnd).toMatchObject({ code: 11, reason: null })
  })

  test('is still waited for by the next daemon, up to the same moment', async () => {
    const go = file('patient.go')
    const check = { kind: 'command', argv: ['/usr/bin/test', '-e', go] } as const
    const patient = await lab.startScript('patient', 'exec sleep 3105', {
      ready: { check, intervalMs: 50, timeoutMs: 60_000 },
    })
    const hopeless = await lab.startScript('hopeless', 'exec sleep 3106', { ready: { ...never, timeoutMs: 1000 } })
    await lab.killDaemon()
    await lab.startDaemon()
    expect((await lab.row('patient')).life).toEqual(patient.life)
    writeFileSync(go, '')
    const row = await lab.untilRow('patient', 'is ready', isUp)
    expect(pidOf(row)).toBe(programPid(patient))
    const failed = await lab.untilRow('hopeless', 'has failed', ({ life }) => life.kind === 'failed')
    expect(failed.life).toMatchObject({ because: 'not-ready' })
    expect(failed.life.kind === 'failed' && failed.life.since).toBeGreaterThanOrEqual(
      hopeless.life.kind === 'starting' ? Number(hopeless.life.readyBy) : Number.NaN,
    )
    await stop('patient')
  })
})

test('a program knows which process of which session it is, and where its database would be', async () => {
  const row = await lab.startScript('knowing', 'env | grep ^PROCESSION_ | sort')
  await lab.untilRow('knowing', 'has ended', ({ life }) => life.kind === 'exited')
  expect(lab.output(row).trim().split('\n')).toEqual([
    'PROCESSION_ALIAS=knowing',
    `PROCESSION_DB=${path.join(lab.workspace, 'db', `${row.name}.db`)}`,
    `PROCESSION_ID=${row.id}:1`,
    'PROCESSION_SESSION=work',
    `PROCESSION_WORKSPACE=${lab.workspace}`,
  ])
})

describe('a recorder that is killed', () => {
  test('loses the exit code and not the program, whose end is a death', async () => {
    const before = await lab.startScript('unrecorded', 'exec sleep 3107', { restart: 'on-failure' })
    if (before.life.kind !== 'up' || before.life.program.shimPid === null) throw new Error('It has no recorder')
    const { shimPid } = before.life.program
    process.kill(shimPid, 'SIGKILL')
    await until(() => !isRunning(shimPid), { what: 'the end of the recorder' })
    expect(pidOf(await lab.row('unrecorded'))).toBe(pidOf(before))
    process.kill(pidOf(before), 'SIGKILL')
    const after = await lab.untilRow('unrecorded', 'is up again', (row) => isUp(row) && row.run === 2)
    expect(after.lastEnd).toMatchObject({ code: null, signal: null, reason: 'recorder lost' })
    await stop('unrecorded')
  })

  test('before its first word leaves no start that never ends', async () => {
    // The loader of the recorder's shell lists libraries instead of running it.
    const env = { LD_TRACE_LOADED_OBJECTS: '1' }
    const started = await lab.try('process.start', {
      workspace: lab.workspace,
      argv: ['/bin/sleep', '3108'],
      alias: 'wordless',
      env,
    })
    expect(started).toMatchObject({ ok: false, code: 'failed' })
    const row = await lab.row('wordless')
    expect(row.life).toMatchObject({ kind: 'failed', because: 'could-not-start' })
    // Neither is a stop that waits for its first word.
    const again = lab.try('process.startKnown', { targets: [lab.target('wordless')] })
    await lab.untilRow('wordless', 'is starting', ({ life }) => life.kind === 'starting')
    const { processes } = await stop('wordless')
    expect(processes[0]?.life).toMatchObject({ kind: 'down', reason: 'Stopped by you' })
    await again
  })
})

describe('while the daemon is dead', () => {
  test('a death counts for the policy as any other', async () => {
    const session = await LabSession.create(lab, 'deaths')
    const restartLimit = { deaths: 1, withinMs: 60_000 }
    const [again, counted, done] = [
      await session.start('again', 'exec sleep 3109'),
      await session.start('counted', 'exec sleep 3110', { restartLimit }),
      await session.start('done', 'exec sleep 3111', { restart: 'never' }),
    ].map(pidOf)
    await lab.killDaemon()
    const pids = [again, counted, done].map(Number)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await until(() => !pids.some(isRunning), { what: 'the end of all' })
    await lab.startDaemon()
    const row = await session.untilLife('again', 'up')
    expect(row).toMatchObject({ run: 2, restarts: 1, lastEnd: { signal: 'SIGKILL' } })
    expect((await session.row('counted')).life).toMatchObject({ kind: 'failed', because: 'crash-loop' })
    expect((await session.row('done')).life).toMatchObject({ kind: 'exited', end: { signal: 'SIGKILL' } })
    process.kill(pidOf(row), 'SIGKILL')
    // The second in a row: it is not restarted at once again.
    await session.untilLife('again', 'backoff')
    await session.stop('again')
  })

  test('an intent that nothing came of is made good where it is wanted, once', async () => {
    for (const alias of ['wanted', 'unwanted']) {
      await lab.startScript(alias, `${noting(alias)}; exec sleep 3112`, { restart: 'always' })
    }
    await stop('wanted', 'unwanted')
    await lab.stopDaemon()
    // As a daemon leaves it that dies between writing the intent down and spawning the program.
    editDatabase(lab, (database) => {
      for (const [alias, desired] of [
        ['wanted', 'up'],
        ['unwanted', 'down'],
      ]) {
        const life = { kind: 'starting', run: 2, since: Date.now(), program: null, readyBy: null }
        database
          .prepare(
            `INSERT INTO runs (process_id, run_no, incarnation_id, intended_at, out_offset, err_offset)
              SELECT process_id, 2, incarnation_id, 0, 0, 0 FROM runs
              WHERE process_id = (SELECT id FROM processes WHERE alias = ?)`,
          )
          .run(alias)
        database
          .prepare('UPDATE processes SET life_json = ?, run_no = 2, desired = ? WHERE alias = ?')
          .run(JSON.stringify(life), desired, alias)
      }
    })
    await lab.startDaemon()
    const row = await lab.untilRow('wanted', 'is up', isUp)
    expect(row.run).toBe(3)
    await until(() => pidsIn('wanted').length === 2, { what: 'its second line' })
    expect(pidsIn('wanted').filter(isRunning)).toEqual([pidOf(row)])
    expect((await lab.row('unwanted')).life).toMatchObject({ kind: 'failed', because: 'could-not-start' })
    expect(pidsIn('unwanted')).toHaveLength(1)
  })

  test('a pid that went to a stranger is neither adopted nor signalled', async () => {
    await using strangers = new ForeignPrograms()
    const before = await lab.startScript('recycled', 'exec sleep 3113', { restart: 'always' })
    await lab.killDaemon()
    const shim = readStat(pidOf(before))?.ppid ?? 0
    for (const pid of [shim, pidOf(before)]) process.kill(pid, 'SIGKILL')
    await until(() => ![shim, pidOf(before)].some(isRunning), { what: 'the end of both' })
    const stranger = await strangers.start(['/bin/sh', '-c', 'sleep 3114 & wait'], { cwd: lab.folder })
    // The kernel has gone round: the number in the database and in the record is the stranger's, its start time is not.
    editDatabase(lab, (database) => {
      const recycle = `replace(life_json, '"pid":${pidOf(before)},', '"pid":${stranger},')`
      database.exec(`UPDATE processes SET life_json = replace(${recycle}, '"shimPid":${shim}', '"shimPid":${stranger}')
        WHERE alias = 'recycled'`)
    })
    const record = recordsOf(lab).find((name) => path.basename(name) === `${before.name}.1.rec`) ?? ''
    const text = readFileSync(record, 'utf8')
    writeFileSync(
      record,
      text.replace(` ${pidOf(before)} (`, ` ${stranger} (`).replaceAll(` ${shim} `, ` ${stranger} `),
    )

    await lab.startDaemon()
    const after = await lab.untilRow('recycled', 'is up', isUp)
    expect(after.run).toBe(2)
    expect(pidOf(after)).not.toBe(stranger)
    await stop('recycled')
    expect(isRunning(stranger)).toBe(true)
  })
})

describe('when the machine was switched off', () => {
  test('nothing is launched before all have been looked for: a child made before its parent waits for it', async () => {
    await lab.startScript('child', 'exec sleep 3115', { restart: 'always' })
    await lab.startScript('parent', `${noting('parent')}; exec sleep 3116`, { restart: 'always' })
    await lab.ask('dependences.add', { workspace: lab.workspace, parents: ['parent'], children: ['child'] })
    const { processes } = await lab.ask('rows.list', {})
    const running = processes.flatMap(({ life }) => programOf(life)?.identity.pid ?? [])
    await switchOff(lab, running)
    await lab.startDaemon()
    const child = await lab.untilRow('child', 'is up', (row) => isUp(row) && row.run === 2)
    const parent = await lab.untilRow('parent', 'is up', (row) => isUp(row) && row.run === 2)
    const moves = await movesOf('child')
    expect(moves.slice(-3)).toEqual(['ended → blocked', 'gate-opened → starting', 'program-seen → up'])
    expect(Number(child.startedAt)).toBeGreaterThanOrEqual(Number(parent.startedAt))
    expect(parent.lastEnd).toMatchObject({ reason: 'the machine was restarted' })
    await stop('child', 'parent')
  })
})

test('in a session that is not active nothing is restarted, and no loss has consequences', async () => {
  const session = await LabSession.create(lab, 'inactive')
  const parent = await session.start('parent', 'exec sleep 3119', { shutdown: false })
  await session.start('child', 'exec sleep 3120', { shutdown: false })
  await lab.ask('dependences.add', {
    workspace: session.workspace,
    parents: ['parent'],
    children: ['child'],
    onLoss: 'stop',
  })
  await session.deactivate()
  process.kill(pidOf(parent), 'SIGKILL')
  const row = await session.untilLife('parent', 'exited')
  expect(row).toMatchObject({ run: 1, lastEnd: { signal: 'SIGKILL' } })
  await session.threeSweeps('child')
  expect(await session.row('child')).toMatchObject({ run: 1, life: { kind: 'up' } })
  expect((await session.row('parent')).life.kind).toBe('exited')
  await session.stop('child')
})
