import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openControlFolder } from '../../../src/main/daemon/adapters/ssh/control-folder.ts'
import type { SshConnection } from '../../../src/main/daemon/adapters/ssh/port.ts'
import { ourNode } from '../../helpers/daemon-lab.ts'
import { isAlive, membersOf, parentOf } from '../../helpers/process-groups.ts'
import {
  askOptions,
  comesTo,
  connectedTo,
  connectionTo,
  controlFolderOf,
  mastersOf,
  mustSucceed,
  say,
  socketsOf,
  startSshd,
} from '../../helpers/ssh-connection.ts'
import { requireSshd, type Sshd } from '../../helpers/sshd.ts'
import { until } from '../../helpers/until.ts'

beforeEach(requireSshd)

describe('a cut link', () => {
  test('is noticed at once, fails what was asked, and is made again by itself', async () => {
    const sshd = await startSshd()
    const connection = await connectedTo(sshd)
    const states: string[] = []
    connection.onState((state) => states.push(state.kind))
    const asked = [connection.ask('sleep 600', askOptions), connection.ask('echo never', askOptions)]
    await sshd.cutConnections()
    for (const result of await Promise.all(asked)) expect(result).toMatchObject({ ok: false, code: 'unreachable' })
    await logsInAgain(sshd, connection)
    expect(states).toEqual(['reconnecting', 'connected'])
    expect(await say(connection, 'echo on')).toBe('on\n')
    expect(connection.lastError?.message).toContain('was lost')
    expect(sshd.logins).toBe(2)
    expect(socketsOf(sshd).length).toBe(1)
  })

  test('of a server that is down is tried again until it is up', async () => {
    const sshd = await startSshd()
    const connection = await connectedTo(sshd)
    await sshd.stop()
    await comesTo(connection, 'reconnecting')
    expect(await connection.ask(':', askOptions)).toMatchObject({ ok: false, code: 'unreachable' })
    await until(() => connection.lastError?.message.includes('connection refused'), { what: 'a try that fails' })
    await sshd.startAgain()
    await comesTo(connection, 'connected')
    expect(await say(connection, 'echo on')).toBe('on\n')
  })

  test('of a killed ssh leaves a socket that harms nobody', async () => {
    const sshd = await startSshd()
    const connection = await connectedTo(sshd)
    const [stale = ''] = socketsOf(sshd)
    for (const pid of mastersOf(process.pid)) process.kill(pid, 'SIGKILL')
    await logsInAgain(sshd, connection)
    for (let number = 0; number < 20; number += 1) expect(await say(connection, `echo ${number}`)).toBe(`${number}\n`)
    mustSucceed(await connection.stream(':')).close()
    // Had a session gone around the connection, it would have logged in.
    expect(sshd.logins).toBe(2)
    expect(existsSync(stale)).toBe(false)
  })

  test('of a killed leash leaves no ssh behind', async () => {
    const sshd = await startSshd()
    const connection = await connectedTo(sshd)
    const [master = 0] = mastersOf(process.pid)
    process.kill(parentOf(master), 'SIGKILL')
    await until(() => !isAlive(master), { what: 'the end of ssh' })
    await logsInAgain(sshd, connection)
    expect(await say(connection, 'echo on')).toBe('on\n')
  })

  test('that is silent is noticed by an ask that has no answer', async () => {
    const sshd = await startSshd()
    const connection = await connectedTo(sshd)
    const thaw = sshd.freeze()
    onTestFinished(thaw)
    expect(await connection.ask(':', { timeoutMs: 500 })).toMatchObject({ ok: false, code: 'timeout' })
    await logsInAgain(sshd, connection)
    expect(await say(connection, 'echo on')).toBe('on\n')
  })
})

test('a host that is down at first is unreachable, and is tried again by itself', async () => {
  const sshd = await startSshd()
  await sshd.stop()
  const connection = connectionTo(sshd)
  const failed = await connection.ensure()
  expect(failed).toMatchObject({ ok: false, code: 'unreachable' })
  expect(connection.state.kind).toBe('unreachable')
  expect(connection.lastError?.message).toBe(`127.0.0.1 port ${sshd.port}: connection refused.`)
  await sshd.startAgain()
  await comesTo(connection, 'connected')
})

test('a minute without success makes a host unreachable', async () => {
  const sshd = await startSshd()
  let now = 1_000_000
  const connection = await connectedTo(sshd, { now: () => now })
  now += 10_000
  await sshd.stop()
  await until(() => connection.state.kind === 'reconnecting' && connection.state.attempt === 2, {
    what: 'a failed try',
  })
  const since = connection.state.kind === 'reconnecting' ? connection.state.since : 0
  now += 61_000
  await comesTo(connection, 'unreachable')
  expect(connection.state).toMatchObject({ since })
})

test('many who need a host at a time share one try', async () => {
  const sshd = await startSshd()
  const connection = connectionTo(sshd)
  const results = await Promise.all(Array.from({ length: 20 }, () => connection.ensure()))
  expect(results.every(({ ok }) => ok)).toBe(true)
  expect(sshd.logins).toBe(1)
})

test('closing ends every process here, and what it asked there', async () => {
  const sshd = await startSshd()
  const connection = await connectedTo(sshd)
  const shell = Number(await say(connection, 'echo $$'))
  const masters = mastersOf(process.pid)
  expect(masters.length).toBe(1)
  await connection.close()
  expect(connection.state).toEqual({ kind: 'idle' })
  expect(masters.some(isAlive)).toBe(false)
  expect(socketsOf(sshd)).toEqual([])
  await until(() => membersOf(shell).length === 0, { what: 'the end of the shell there' })
  expect(await connection.ask(':', askOptions)).toMatchObject({ ok: false, code: 'unreachable' })
  mustSucceed(await connection.ensure())
})

test('closing gives up a try that hangs', async () => {
  const sshd = await startSshd()
  sshd.freezeServer()
  const connection = connectionTo(sshd)
  const ensured = connection.ensure()
  await until(() => mastersOf(process.pid).length === 1, { what: 'the try' })
  await connection.close()
  expect(mastersOf(process.pid)).toEqual([])
  expect(await ensured).toMatchObject({ ok: false })
})

test('a daemon that is killed leaves no ssh and no shell', async () => {
  const sshd = await startSshd()
  const { daemon, shell, stream } = await otherDaemon(sshd)
  const masters = mastersOf(daemon.pid ?? 0)
  expect(masters.length).toBe(1)
  daemon.kill('SIGKILL')
  await once(daemon, 'exit')
  await until(() => !masters.some(isAlive), { what: 'the end of ssh' })
  await until(() => membersOf(shell).length + membersOf(stream).length === 0, { what: 'the end of the shells there' })
  expect(socketsOf(sshd)).toEqual([])
})

test('what a killed daemon left is ended when the next one starts', async () => {
  const sshd = await startSshd()
  const { daemon } = await otherDaemon(sshd)
  const [socket = ''] = socketsOf(sshd)
  const [master = 0] = mastersOf(daemon.pid ?? 0)
  expect(mustSucceed(await openControlFolder(controlFolderOf(sshd)))).toBe(controlFolderOf(sshd))
  await until(() => !isAlive(master), { what: 'the end of the connection' })
  expect(existsSync(socket)).toBe(false)
  daemon.kill('SIGKILL')
  await once(daemon, 'exit')
})

test('a folder with a long path is replaced by one that a socket can be in', async () => {
  const sshd = await startSshd()
  const long = path.join(sshd.folder, 'x'.repeat(100))
  const folder = mustSucceed(await openControlFolder(long))
  onTestFinished(() => rm(folder, { recursive: true }))
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(mustSucceed(await openControlFolder(long))).toBe(folder)
  expect(await say(await connectedTo(sshd, { controlFolder: folder }), 'echo on')).toBe('on\n')
})

/** The state alone could still be that from before the loss. */
const logsInAgain = (sshd: Sshd, connection: SshConnection) =>
  until(() => sshd.logins === 2 && connection.state.kind === 'connected', {
    what: 'another log-in',
    timeoutMs: 45_000,
  })

/** Another process with a connection, as a daemon has; it says the pids of its shells there. */
async function otherDaemon(sshd: Sshd) {
  const source = path.resolve('src/main/daemon/adapters/ssh/connection.ts')
  const options = { name: sshd.name, sshConfig: sshd.clientConfig, controlFolder: controlFolderOf(sshd) }
  const program = `import { createSshConnection } from ${JSON.stringify(source)}
const connection = createSshConnection(${JSON.stringify(options)})
await connection.ensure()
const { value } = await connection.ask('echo $$', { timeoutMs: 20000 })
const stream = await connection.stream('echo $$; tail -f /dev/null')
for await (const chunk of stream.value.chunks) process.stdout.write(String(value.output).trim() + ' ' + chunk)
setInterval(() => {}, 1000)`
  const daemon = spawn(ourNode(), ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void daemon.kill('SIGKILL'))
  const [line] = await once(daemon.stdout, 'data')
  const [shell = 0, stream = 0] = String(line).split(' ').map(Number)
  return { daemon, shell, stream }
}
