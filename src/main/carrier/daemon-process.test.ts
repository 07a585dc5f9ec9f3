import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { daemonLab, isAlive, stubDaemon } from '../../../test/helpers/stub-daemon.ts'
import { until } from '../../../test/helpers/until.ts'
import { daemonEnvironment, ensureDaemon, findDaemon } from './daemon-process.ts'
import { prepareHome } from './private-folder.ts'

const failingDaemon = `
console.error(JSON.stringify({ level: 30, msg: 'beginning' }))
console.error(JSON.stringify({ level: 60, msg: 'The database is damaged', err: { message: 'not a database' } }))
console.error('plain \\u001b[31mwords')
process.exit(3)
`

test('starts a daemon where none runs, and finds it afterwards', async () => {
  await using home = await daemonLab(stubDaemon, { PROCESSION_ID: 'x:1', PROCESSION_DB: 'y', KEPT: 'yes' })
  expect(await findDaemon(home.launch.places)).toEqual({ ok: true, value: null })
  const first = await ensureDaemon(home.launch)
  const [pid] = await home.startedPids()
  expect(first).toEqual({ ok: true, value: { pid, started: true } })
  expect(await ensureDaemon(home.launch)).toEqual({ ok: true, value: { pid, started: false } })
  expect(await findDaemon(home.launch.places)).toEqual({ ok: true, value: { pid } })

  const environment = JSON.parse(await readFile(path.join(home.launch.places.home, 'environment'), 'utf8'))
  expect(environment).toMatchObject({ KEPT: 'yes' })
  expect(environment).not.toHaveProperty('PROCESSION_ID')
  expect(environment).not.toHaveProperty('PROCESSION_DB')
  expect((await stat(home.launch.places.home)).mode & 0o777).toBe(0o700)
  expect((await stat(home.launch.places.log)).mode & 0o777).toBe(0o600)
})

test('the daemon leads a session of its own, away from our folder', async () => {
  await using home = await daemonLab()
  const started = await ensureDaemon(home.launch)
  if (!started.ok) throw new Error(started.message)
  const { pid } = started.value
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')
  // proc(5): state, ppid, pgrp, session
  expect(fields.slice(2, 4).map(Number)).toEqual([pid, pid])
})

test('callers at the same moment end with one daemon', async () => {
  await using home = await daemonLab()
  const all = await Promise.all([ensureDaemon(home.launch), ensureDaemon(home.launch), ensureDaemon(home.launch)])
  const running = all.map((result) => (result.ok ? result.value : result.message))
  expect(new Set(running.map((each) => (typeof each === 'string' ? each : each.pid))).size).toBe(1)
  expect(running.filter((each) => typeof each !== 'string' && each.started)).toHaveLength(1)
})

test('a daemon that ends at once is a failure with what it said, and at once', async () => {
  await using home = await daemonLab(failingDaemon)
  const result = await ensureDaemon(home.launch)
  expect(result).toEqual({
    ok: false,
    code: 'unreachable',
    message: 'The daemon ended with exit code 3.\nThe database is damaged: not a database\nplain  [31mwords',
    hint: expect.stringContaining(home.launch.places.log),
  })
  // What an earlier start said is not repeated.
  await writeFile(home.launch.entry, 'process.exit(4)')
  expect(await ensureDaemon(home.launch)).toMatchObject({ message: 'The daemon ended with exit code 4.' })
})

test('a program that is no program is a failure', async () => {
  await using home = await daemonLab()
  const result = await ensureDaemon({ ...home.launch, node: '/nonexistent/node' })
  expect(result).toMatchObject({ ok: false, code: 'unreachable', message: expect.stringContaining('ENOENT') })
})

test('a daemon of another protocol is left alone and named', async () => {
  await using home = await daemonLab(stubDaemon, { STUB_PROTOCOL: '99' })
  expect(await ensureDaemon(home.launch)).toMatchObject({ ok: false, code: 'version' })
  expect(await ensureDaemon(home.launch)).toMatchObject({ ok: false, code: 'version' })
  expect(await home.startedPids()).toHaveLength(1)
})

test('a daemon that does not answer is not taken for none', async () => {
  await using home = await daemonLab(stubDaemon, { STUB_SILENT: '1' })
  const { places, node, entry, environment } = home.launch
  expect(prepareHome(places)).toMatchObject({ ok: true })
  const child = spawn(node, [entry, '--home', places.home], { env: environment, stdio: 'ignore' })
  await until(() => stat(places.socket), { what: 'the socket of the stub' })
  const found = await findDaemon(places, 200)
  expect(found).toMatchObject({ ok: false, code: 'unreachable', message: expect.stringContaining('does not answer') })
  await endChild(child)
})

const endChild = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    child.on('exit', () => resolve())
    child.kill('SIGKILL')
  })

test('a stale socket does not hinder a start', async () => {
  await using home = await daemonLab()
  const first = await ensureDaemon(home.launch)
  if (!first.ok) throw new Error(first.message)
  process.kill(first.value.pid, 'SIGKILL')
  await until(async () => (await findDaemon(home.launch.places)).ok && !isAlive(first.value.pid), { what: 'its end' })
  const second = await ensureDaemon(home.launch)
  expect(second).toMatchObject({ ok: true, value: { started: true } })
})

test('the environment of a daemon has no mark of a supervised process', () => {
  expect(
    daemonEnvironment({ PROCESSION_SESSION: 's', PROCESSION_WORKSPACE: '/w', PROCESSION_HOME: '/h', PATH: '/bin' }),
  ).toEqual({ PROCESSION_HOME: '/h', PATH: '/bin' })
})
