import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, rmdir, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { until } from '../../../test/helpers/until.ts'
import { protocolVersion } from '../../shared/contract/protocol.ts'
import { type DaemonLaunch, daemonEnvironment, ensureDaemon, findDaemon } from './daemon-process.ts'
import { currentPlaces } from './places.ts'
import { prepareHome } from './private-folder.ts'

const ws = pathToFileURL(createRequire(import.meta.url).resolve('ws')).href

/** A daemon that can do nothing but greet, tell its pid, and hold its home's lock. */
const stubDaemon = `
import { createServer } from 'node:http'
import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import ws from '${ws}'
const home = process.argv[process.argv.indexOf('--home') + 1]
appendFileSync(home + '/started', process.pid + '\\n')
appendFileSync(home + '/environment', JSON.stringify(process.env))
try { mkdirSync(home + '/lock') } catch { process.exit(0) }
const server = createServer()
const answers = {
  hello: () => ({ t: 'hello', protocol: Number(process.env.STUB_PROTOCOL ?? ${protocolVersion}) }),
  call: ({ id }) => ({ t: 'ok', id, v: { pid: process.pid } }),
}
new ws.WebSocketServer({ server }).on('connection', (socket) =>
  socket.on('message', (text) => {
    if (process.env.STUB_SILENT) return
    const message = JSON.parse(text)
    socket.send(JSON.stringify(answers[message.t](message)))
  }))
rmSync(home + '/daemon.sock', { force: true })
server.listen(home + '/daemon.sock')
`

const failingDaemon = `
console.error(JSON.stringify({ level: 30, msg: 'beginning' }))
console.error(JSON.stringify({ level: 60, msg: 'The database is damaged', err: { message: 'not a database' } }))
console.error('plain \\u001b[31mwords')
process.exit(3)
`

/** A home with a stub in it; whatever was started there is ended with it. */
async function lab(script: string, environment: Record<string, string> = {}) {
  const folder = await temporaryFolder()
  const entry = path.join(folder.path, 'daemon.mjs')
  await writeFile(entry, script)
  const launch: DaemonLaunch = {
    places: currentPlaces(path.join(folder.path, 'home')),
    node: process.execPath,
    entry,
    environment: { ...process.env, ...environment },
  }
  const startedPids = async () => {
    const text = await readFile(path.join(launch.places.home, 'started'), 'utf8').catch(() => '')
    return text.split('\n').filter(Boolean).map(Number)
  }
  return {
    launch,
    startedPids,
    [Symbol.asyncDispose]: async () => {
      const pids = await startedPids()
      for (const pid of pids) end(pid)
      await until(() => !pids.some(isAlive), { what: 'the end of the stubs' })
      await folder[Symbol.asyncDispose]()
    },
  }
}

function end(pid: number): void {
  if (isAlive(pid)) process.kill(pid, 'SIGKILL')
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('starts a daemon where none runs, and finds it afterwards', async () => {
  await using home = await lab(stubDaemon, { PROCESSION_ID: 'x:1', PROCESSION_DB: 'y', KEPT: 'yes' })
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
  await using home = await lab(stubDaemon)
  const started = await ensureDaemon(home.launch)
  if (!started.ok) throw new Error(started.message)
  const { pid } = started.value
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')
  // proc(5): state, ppid, pgrp, session
  expect(fields.slice(2, 4).map(Number)).toEqual([pid, pid])
})

test('callers at the same moment end with one daemon', async () => {
  await using home = await lab(stubDaemon)
  const all = await Promise.all([ensureDaemon(home.launch), ensureDaemon(home.launch), ensureDaemon(home.launch)])
  const running = all.map((result) => (result.ok ? result.value : result.message))
  expect(new Set(running.map((each) => (typeof each === 'string' ? each : each.pid))).size).toBe(1)
  expect(running.filter((each) => typeof each !== 'string' && each.started)).toHaveLength(1)
})

test('a daemon that ends at once is a failure with what it said, and at once', async () => {
  await using home = await lab(failingDaemon)
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
  await using home = await lab(stubDaemon)
  const result = await ensureDaemon({ ...home.launch, node: '/nonexistent/node' })
  expect(result).toMatchObject({ ok: false, code: 'unreachable', message: expect.stringContaining('ENOENT') })
})

test('a daemon of another protocol is left alone and named', async () => {
  await using home = await lab(stubDaemon, { STUB_PROTOCOL: '99' })
  expect(await ensureDaemon(home.launch)).toMatchObject({ ok: false, code: 'version' })
  expect(await ensureDaemon(home.launch)).toMatchObject({ ok: false, code: 'version' })
  expect(await home.startedPids()).toHaveLength(1)
})

test('a daemon that does not answer is not taken for none', async () => {
  await using home = await lab(stubDaemon, { STUB_SILENT: '1' })
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
  await using home = await lab(stubDaemon)
  const first = await ensureDaemon(home.launch)
  if (!first.ok) throw new Error(first.message)
  end(first.value.pid)
  await until(async () => (await findDaemon(home.launch.places)).ok && !isAlive(first.value.pid), { what: 'its end' })
  await rmdir(path.join(home.launch.places.home, 'lock'))
  const second = await ensureDaemon(home.launch)
  expect(second).toMatchObject({ ok: true, value: { started: true } })
})

test('the environment of a daemon has no mark of a supervised process', () => {
  expect(
    daemonEnvironment({ PROCESSION_SESSION: 's', PROCESSION_WORKSPACE: '/w', PROCESSION_HOME: '/h', PATH: '/bin' }),
  ).toEqual({ PROCESSION_HOME: '/h', PATH: '/bin' })
})
