import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readStat } from '../../../src/main/daemon/adapters/exec/proc.ts'
import { nameOfUri } from '../../../src/main/daemon/workspace/names.ts'
import type { InputOf } from '../../../src/shared/contract/contract.ts'
import type { ProcessRow } from '../../../src/shared/domain/rows.ts'
import { DaemonLab, isRunning, ourNode, pidOf, pidsWith } from '../../helpers/daemon-lab.ts'
import { filesWith } from '../../helpers/files-with.ts'
import { ForeignPrograms } from '../../helpers/foreign-programs.ts'
import { skipOrFail } from '../../helpers/real-parts.ts'
import { detailOf, forgetAll, historyOf, isUp, refused } from '../../helpers/session-rows.ts'
import { until } from '../../helpers/until.ts'

let lab: DaemonLab
const foreign = new ForeignPrograms()
beforeAll(async () => {
  lab = await DaemonLab.start()
})
afterEach(async () => {
  await foreign.end()
  await forgetAll(lab)
})
afterAll(() => lab[Symbol.asyncDispose]())

let sleepers = 0
/** Seconds that nothing else on this machine sleeps for. */
const someSeconds = (): string => `${2_000_000 + ++sleepers}.${process.pid}`

/** A sleep that somebody started by hand in the workspace: its pid. */
const sleepFor = (seconds: string): Promise<number> => foreign.start(['sleep', seconds], { cwd: lab.workspace })

type Request = Omit<InputOf<'process.attach'>, 'workspace'>
const attach = (request: Request) => lab.ask('process.attach', { ...request, workspace: lab.workspace })
const tryAttach = (request: Request) => lab.try('process.attach', { ...request, workspace: lab.workspace })

describe('by pid', () => {
  test('alone: a name of its own, and the defaults of the original, which are said', async () => {
    const seconds = someSeconds()
    const pid = await sleepFor(seconds)
    const { process: row, notices, savedState } = await attach({ program: { pid } })
    expect(pidOf(row)).toBe(pid)
    expect(row).toMatchObject({
      alias: null,
      argv: ['sleep', seconds],
      restart: 'always',
      shutdown: false,
      state: null,
    })
    expect(row.name).toMatch(/^[a-z]+-[a-z]+$/)
    expect(row.uri).toMatch(new RegExp(`^attached://[0-9a-f]+sleep${seconds}$`))
    expect(row.notices).toEqual(['attached: its output goes where it was started'])
    expect(notices).toEqual([expect.stringMatching(/^restart 1: .*--restart 0/)])
    expect(savedState).toBeNull()
    const detail = await detailOf(lab, row.name)
    expect(detail).toMatchObject({ cwd: lab.workspace, envNames: ['PATH'] })
    expect(readFileSync(detail.paths.pid, 'utf8').trim()).toBe(String(pid))
  })

  test('with an alias, a restart policy and a state', async () => {
    const pid = await sleepFor(someSeconds())
    const attached = await attach({ program: { pid }, alias: 'feed', restart: 'never', state: 'operative' })
    expect(attached).toMatchObject({
      savedState: 'operative',
      notices: [],
      process: { alias: 'feed', restart: 'never', state: 'operative', score: 1 },
    })
    expect((await historyOf(lab, 'feed')).map(({ actor, why, what }) => [actor, why, what.kind])).toContainEqual([
      'user',
      'attach',
      'life',
    ])
  })

  test('again: what is not said stays as it was, what is said changes', async () => {
    const pid = await sleepFor(someSeconds())
    const first = await attach({ program: { pid }, alias: 'again', restart: 'on-failure', shutdown: true })
    const second = await attach({ program: { pid } })
    expect(second.notices).toEqual([])
    expect(second.process).toMatchObject({
      id: first.process.id,
      alias: 'again',
      restart: 'on-failure',
      shutdown: true,
      run: first.process.run,
    })
    const third = await attach({ program: { pid }, alias: 'renamed', restart: 'never' })
    expect(third.process).toMatchObject({ id: first.process.id, alias: 'renamed', restart: 'never', shutdown: true })
    expect((await lab.ask('rows.list', { workspace: lab.workspace })).processes).toHaveLength(1)
  })

  test('a name that cannot be one, or a reserved state, leaves everything as it was', async () => {
    const pid = await sleepFor(someSeconds())
    const wrong = [{ alias: 'a:b' }, { alias: '-x' }, { state: 'ready' }, { state: 'up' }, { state: 'a/b' }]
    for (const flags of wrong) {
      expect(refused(await tryAttach({ program: { pid }, ...flags })).code).toBe('bad_input')
    }
    expect((await lab.ask('rows.list', { workspace: lab.workspace })).processes).toEqual([])
    await attach({ program: { pid }, alias: 'good' })
    for (const flags of wrong) {
      expect(refused(await tryAttach({ program: { pid }, ...flags })).code).toBe('bad_input')
    }
    expect((await lab.row('good')).alias).toBe('good')
  })

  test('the name of another process is refused', async () => {
    const [one, other] = [await sleepFor(someSeconds()), await sleepFor(someSeconds())]
    await attach({ program: { pid: one }, alias: 'taken' })
    expect(refused(await tryAttach({ program: { pid: other }, alias: 'taken' })).code).toBe('conflict')
    await attach({ program: { pid: other }, alias: 'mine' })
    expect(refused(await tryAttach({ program: { pid: other }, alias: 'taken' })).code).toBe('conflict')
  })

  test('two programs that look the same are two processes', async () => {
    const seconds = someSeconds()
    const pids = [await sleepFor(seconds), await sleepFor(seconds)]
    const rows: ProcessRow[] = []
    for (const pid of pids) rows.push((await attach({ program: { pid } })).process)
    expect(rows.map(pidOf)).toEqual(pids)
    expect(new Set(rows.map(({ name }) => name)).size).toBe(2)
  })
})

describe('what cannot be attached', () => {
  test('nobody', async () => {
    const pid = await sleepFor(someSeconds())
    await foreign.end()
    expect(refused(await tryAttach({ program: { pid } }))).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('process not found'),
    })
    expect(refused(await tryAttach({ program: null })).code).toBe('bad_input')
  })

  test("another user's program", async (context) => {
    if (process.getuid?.() !== 0) skipOrFail(context, 'needs root, to start a program as another user')
    const seconds = someSeconds()
    const command = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'sleep', seconds]
    const pid = await foreign.start(command, { cwd: '/' })
    await until(() => pidsWith(`sleep\0${seconds}`).includes(pid) && !pidsWith('setpriv').includes(pid), {
      what: 'the exec of sleep',
    })
    expect(refused(await tryAttach({ program: { pid } }))).toMatchObject({
      code: 'not_permitted',
      message: expect.stringContaining('another user (uid 65534)'),
    })
    expect(refused(await tryAttach({ program: { cmdline: `sleep ${seconds}` } })).code).toBe('not_found')
  })

  test('the daemon, process 1, and the shim of a process', async () => {
    const row = await lab.startScript('ours', 'sleep 1000; exit')
    const shim = readStat(pidOf(row))?.ppid ?? 0
    for (const pid of [1, lab.daemonPid, shim]) {
      expect(refused(await tryAttach({ program: { pid } }))).toMatchObject({ code: 'not_permitted' })
    }
  })

  test('what a process of ours has started', async () => {
    const row = await lab.startScript('parent', 'sleep 1000; exit')
    const child = await until(() => pidsWith('sleep\x001000').find((pid) => readStat(pid)?.ppid === pidOf(row)), {
      what: 'the child',
    })
    expect(refused(await tryAttach({ program: { pid: child } }))).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('parent'),
    })
  })
})

describe('by the beginning of its command line', () => {
  test('none, one and several', async () => {
    const seconds = someSeconds()
    expect(refused(await tryAttach({ program: { cmdline: `sleep ${seconds}` } }))).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('process not found'),
    })
    const pid = await sleepFor(`${seconds}1`)
    const attached = await attach({ program: { cmdline: `sleep ${seconds}` }, alias: 'by-line', restart: 'never' })
    expect(pidOf(attached.process)).toBe(pid)
    const other = await sleepFor(`${seconds}2`)
    const several = refused(await tryAttach({ program: { cmdline: `sleep ${seconds}` } }))
    expect(several).toMatchObject({
      code: 'ambiguous',
      message: expect.stringContaining('too many matching processes (2)'),
    })
    expect(several.message).toContain(`${pid}, ${other}`)
  })

  test('without the symbols and separators that the original leaves out', async () => {
    const seconds = someSeconds()
    const pid = await foreign.start(['sleep', '--', seconds], { cwd: lab.workspace })
    const { process: row } = await attach({ program: { cmdline: `$sl{ee}p${seconds}` }, restart: 'never' })
    expect(pidOf(row)).toBe(pid)
    expect(refused(await tryAttach({ program: { cmdline: ' -$ ' } })).code).toBe('bad_input')
  })
})

test('by URI: the process that the URI names from then on', async () => {
  const seconds = someSeconds()
  const uri = `exec://localhost/usr/bin/sleep?${seconds}`
  expect(refused(await tryAttach({ program: { uri } })).code).toBe('not_found')
  const pid = await foreign.start(['/usr/bin/sleep', seconds], { cwd: lab.workspace })
  const { process: row } = await attach({ program: { uri }, alias: 'by-uri' })
  expect(row).toMatchObject({ uri, name: nameOfUri(uri) })
  expect(pidOf(row)).toBe(pid)
  const again = refused(await lab.try('process.start', { workspace: lab.workspace, uri }))
  expect(again).toMatchObject({ code: 'conflict', message: expect.stringContaining(`pid ${pid}`) })
})

test('by alias and state alone: the state of a process that runs, and nothing else of it', async () => {
  const started = await lab.startScript('seed', 'sleep 1000', { shutdown: true, restart: 'on-failure' })
  const { process: row, savedState } = await attach({ program: null, alias: 'seed', state: 'operative' })
  expect(savedState).toBe('operative')
  expect(row).toMatchObject({
    name: started.name,
    alias: 'seed',
    uri: started.uri,
    state: 'operative',
    restart: 'on-failure',
    shutdown: true,
    life: started.life,
  })
  await lab.ask('process.stop', { targets: [lab.target('seed')], now: true, wait: true })
  expect(refused(await tryAttach({ program: null, alias: 'seed', state: 'operative' }))).toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('not running'),
  })
  expect(refused(await tryAttach({ program: null, alias: 'nobody', state: 'operative' })).code).toBe('not_found')
})

describe('the end of an attached program', () => {
  const unseen = { code: null, signal: null, reason: 'attached, code not observable' }

  test('is a death for a policy of always', async () => {
    const pid = await sleepFor(someSeconds())
    await attach({ program: { pid }, alias: 'always', restart: 'always' })
    process.kill(pid, 'SIGKILL')
    const row = await lab.untilRow('always', 'is up anew', (found) => isUp(found) && pidOf(found) !== pid)
    expect(row).toMatchObject({ run: 2, restarts: 1, notices: [], lastEnd: unseen })
    expect(row.life).toMatchObject({ program: { shimPid: expect.any(Number) } })
  })

  test('is no failure for on-failure', async () => {
    const pid = await sleepFor(someSeconds())
    await attach({ program: { pid }, alias: 'on-failure', restart: 'on-failure' })
    process.kill(pid, 'SIGKILL')
    const row = await lab.untilRow('on-failure', 'has ended', ({ life }) => life.kind === 'exited')
    expect(row).toMatchObject({ lastEnd: unseen, restarts: 0 })
  })

  test('is seen by a daemon that came later, also when nobody was there', async () => {
    const [early, late] = [await sleepFor(someSeconds()), await sleepFor(someSeconds())]
    await attach({ program: { pid: early }, alias: 'early', restart: 'never' })
    await attach({ program: { pid: late }, alias: 'late', restart: 'never' })
    await lab.killDaemon()
    process.kill(early, 'SIGKILL')
    await until(() => !isRunning(early), { what: 'the first end' })
    await lab.startDaemon()
    expect(await lab.row('early')).toMatchObject({ life: { kind: 'exited' }, lastEnd: unseen })
    expect(pidOf(await lab.row('late'))).toBe(late)
    expect((await lab.row('late')).run).toBe(1)
    process.kill(late, 'SIGKILL')
    await lab.untilRow('late', 'has ended', ({ life }) => life.kind === 'exited')
  })
})

/** Writes down how it was started, once for each start. */
const witness = `
const fs = require('node:fs')
const { TOKEN, COLOUR, LEFT_OUT, PROCESSION_ALIAS } = process.env
const seen = { argv: process.argv.slice(2), cwd: process.cwd(), TOKEN, COLOUR, PROCESSION_ALIAS }
fs.appendFileSync(process.env.SEEN, JSON.stringify(seen) + '\\n')
setInterval(() => {}, 1000)
`

test('a relaunch gives it its command line, folder and environment, whose values are nowhere but in the secrets file', async () => {
  const home = path.join(lab.folder, 'elsewhere')
  mkdirSync(home)
  writeFileSync(path.join(home, 'witness.cjs'), witness)
  const seen = path.join(home, 'seen')
  const lines = () => (existsSync(seen) ? readFileSync(seen, 'utf8').trim().split('\n') : [])
  const [password, token, colour] = ['pw', 'tk', 'cl'].map((word) => `${word}-${someSeconds()}`)
  const argv = [ourNode(), 'witness.cjs', `password=${password}`, 'plain=1']
  const env = { TOKEN: token ?? '', COLOUR: colour ?? '', SEEN: seen }
  const pid = await foreign.start(argv, { cwd: home, env })
  await until(() => lines().length === 1, { what: 'the first start' })
  const { process: row } = await attach({ program: { pid }, alias: 'witness', state: 'operative' })
  expect(row.argv).toEqual([ourNode(), 'witness.cjs', 'password=•••', 'plain=1'])
  expect((await detailOf(lab, 'witness')).envNames).toEqual(['COLOUR', 'PATH', 'SEEN', 'TOKEN'])
  process.kill(pid, 'SIGKILL')
  await until(() => lines().length === 2, { what: 'the second start' })
  const [first, second] = lines().map((line): unknown => JSON.parse(line))
  expect(first).toEqual({ argv: [`password=${password}`, 'plain=1'], cwd: home, TOKEN: token, COLOUR: colour })
  expect(second).toEqual({ ...(first as object), PROCESSION_ALIAS: 'witness' })
  await lab.untilRow('witness', 'is up', isUp)
  for (const value of [password, token, colour]) {
    expect(filesWith(lab.workspace, value ?? '')).toEqual([])
    expect(filesWith(lab.places.home, value ?? '')).toEqual([lab.places.secrets])
  }
  await lab.ask('process.stop', { targets: [lab.target('witness')], now: true, wait: true })
  await lab.ask('process.detach', { target: lab.target('witness'), purge: false })
  for (const value of [password, token, colour]) expect(filesWith(lab.places.home, value ?? '')).toEqual([])
})

test('a relaunch of a program that goes by another name starts the program', async () => {
  const seconds = someSeconds()
  const pid = await foreign.start(['bash', '-c', `exec -a 'trader: busy' sleep ${seconds}`], { cwd: lab.workspace })
  await until(() => pidsWith(`trader: busy\0${seconds}`).includes(pid), { what: 'the exec of sleep' })
  await attach({ program: { pid }, alias: 'trader' })
  process.kill(pid, 'SIGKILL')
  const row = await lab.untilRow('trader', 'is up anew', (found) => isUp(found) && pidOf(found) !== pid)
  expect(pidsWith(`sleep\0${seconds}`)).toContain(pidOf(row))
})

test('a stop ends the tree of the program, and neither who started it nor who shares its group', async () => {
  const [ours, child, sibling] = [someSeconds(), someSeconds(), someSeconds()]
  const script = `sh -c 'sleep ${child} & exec sleep ${ours}' & sleep ${sibling} & wait`
  const shell = await foreign.start(['sh', '-c', script], { cwd: lab.workspace })
  const pidOfSleep = (seconds: string) =>
    until(() => pidsWith(`sleep\0${seconds}`)[0], { what: `the sleep of ${seconds} s` })
  const pids = [await pidOfSleep(ours), await pidOfSleep(child), await pidOfSleep(sibling)] as const
  expect(pids.map((pid) => readStat(pid)?.pgrp)).toEqual([shell, shell, shell])
  await attach({ program: { pid: pids[0] }, alias: 'member' })
  await lab.ask('process.stop', { targets: [lab.target('member')], now: false, wait: true })
  expect((await lab.row('member')).life).toMatchObject({ kind: 'down', reason: 'Stopped by you' })
  expect(pids.map(isRunning)).toEqual([false, false, true])
  expect(isRunning(shell)).toBe(true)
})

describe('detach', () => {
  test('leaves the program running, and its files', async () => {
    const row = await lab.startScript('leaving', 'echo here; exec sleep 1000', { restart: 'always' })
    await until(() => lab.output(row) === 'here\n', { what: 'the output' })
    await attach({ program: null, alias: 'leaving', state: 'operative' })
    const { paths } = await detailOf(lab, 'leaving')
    const gone = await lab.ask('process.detach', { target: lab.target('leaving'), purge: false })
    expect(gone).toEqual({ name: 'leaving', pid: pidOf(row) })
    expect(isRunning(pidOf(row))).toBe(true)
    expect(refused(await lab.try('process.show', lab.target('leaving'))).code).toBe('not_found')
    expect([paths.out, paths.err, paths.etc].map((file) => existsSync(file))).toEqual([true, true, true])
    expect(existsSync(paths.pid)).toBe(false)
    expect(existsSync(path.join(lab.workspace, 'etc', 'leaving.yaml'))).toBe(false)
    // Nobody starts it again.
    const { process: back } = await attach({ program: { pid: pidOf(row) }, alias: 'back', restart: 'never' })
    expect(pidOf(back)).toBe(pidOf(row))
    await lab.ask('process.stop', { targets: [lab.target('back')], now: false, wait: true })
    expect(isRunning(pidOf(row))).toBe(false)
  })

  test('a start of what was detached and runs on is refused like any other second copy', async () => {
    const request = { workspace: lab.workspace, argv: ['sleep', someSeconds()], alias: 'twice' }
    const { process: row } = await lab.ask('process.start', request)
    await lab.ask('process.detach', { target: lab.target('twice'), purge: false })
    const second = refused(await lab.try('process.start', request))
    expect(second).toMatchObject({ code: 'conflict', message: expect.stringContaining(`pid ${pidOf(row)}`) })
    const adopted = await lab.ask('process.start', { ...request, adopt: true })
    expect(pidOf(adopted.process)).toBe(pidOf(row))
  })

  test('with purge leaves no file', async () => {
    const row = await lab.startScript('purged', 'echo here; exec sleep 1000', { secretEnv: { TOKEN: 'purged-token' } })
    await attach({ program: null, alias: 'purged', state: 'operative' })
    expect(filesWith(lab.places.home, 'purged-token')).toEqual([lab.places.secrets])
    await lab.ask('process.detach', { target: lab.target('purged'), purge: true })
    expect(isRunning(pidOf(row))).toBe(true)
    expect(filesWith(lab.places.home, 'purged-token')).toEqual([])
    // But for what its shim will write its end to.
    const files = () => filesWith(lab.workspace, '', (file) => path.basename(file).includes(row.name))
    const kept = [path.join(lab.workspace, 'pid', `${row.name}.1.rec`)]
    expect(files()).toEqual(kept)
    const collect = () => lab.ask('sessions.gc', { workspace: lab.workspace, dryRun: false })
    await collect()
    expect(files()).toEqual(kept)
    process.kill(pidOf(row), 'SIGKILL')
    await until(() => readFileSync(kept[0] ?? '', 'utf8').includes('\nE '), { what: 'its end in the record' })
    await collect()
    expect(files()).toEqual([])
  })

  test('and a new start under the same name: the end of the one is not the end of the other', async () => {
    const request = { workspace: lab.workspace, argv: ['sleep', someSeconds()], alias: 'anew' }
    const { process: first } = await lab.ask('process.start', request)
    await lab.ask('process.detach', { target: lab.target('anew'), purge: true })
    const { process: second } = await lab.ask('process.start', { ...request, force: true })
    expect(second.name).toBe(first.name)
    process.kill(pidOf(first), 'SIGKILL')
    const record = path.join(lab.workspace, 'pid', `${first.name}.1.rec`)
    await until(() => readFileSync(record, 'utf8').includes('\nE '), { what: 'the end of the first' })
    expect(await lab.row('anew')).toMatchObject({ life: second.life, lastEnd: null })
    expect(isRunning(pidOf(second))).toBe(true)
    await lab.ask('process.restart', { targets: [lab.target('anew')], wait: true })
    expect(isUp(await lab.row('anew'))).toBe(true)
  })

  test('with purge leaves the files of another whose name or alias begins like its own', async () => {
    await lab.startScript('one', 'exec sleep 1000', { name: 'web' })
    const other = await lab.startScript('web.link', 'exec sleep 1000', { name: 'web.two' })
    await attach({ program: null, alias: 'web.link', state: 'operative' })
    const files = () => filesWith(lab.workspace, '', (file) => path.basename(file).startsWith(other.name)).sort()
    const before = files()
    expect(before.length).toBeGreaterThanOrEqual(5)
    await lab.ask('process.stop', { targets: [lab.target('one')], now: true, wait: true })
    await lab.ask('process.detach', { target: lab.target('one'), purge: true })
    expect(files()).toEqual(before)
    expect(existsSync(path.join(lab.workspace, 'etc', 'web.link.yaml'))).toBe(true)
    expect(existsSync(path.join(lab.workspace, 'etc', 'web.yaml'))).toBe(false)
  })

  test('of one that waits for its readiness ends the waiting', async () => {
    const asked = (alias: string) => {
      const file = path.join(lab.workspace, `asked-${alias}`)
      return existsSync(file) ? readFileSync(file, 'utf8').length : 0
    }
    const startUnready = (alias: string) => {
      const argv = ['/bin/sh', '-c', `printf . >>asked-${alias}; test -e ready-${alias}`]
      const ready = { check: { kind: 'command' as const, argv }, intervalMs: 20, timeoutMs: 60_000 }
      return lab.startScript(alias, 'exec sleep 1000', { ready })
    }
    await startUnready('forgotten')
    const { pid } = await lab.ask('process.detach', { target: lab.target('forgotten'), purge: true })
    const before = asked('forgotten')
    writeFileSync(path.join(lab.workspace, 'ready-forgotten'), '')
    // Another that is asked as often is the clock.
    await startUnready('clock')
    await until(() => asked('clock') >= 10, { what: 'ten questions' })
    expect(asked('forgotten') - before).toBeLessThanOrEqual(1)
    expect(isRunning(pid ?? 0)).toBe(true)
    process.kill(pid ?? 0, 'SIGKILL')
    await until(() => !isRunning(pid ?? 0), { what: 'its end' })
    expect(readFileSync(lab.places.log, 'utf8')).not.toContain('could not be saved')
  })
})
