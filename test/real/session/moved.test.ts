import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { DaemonLab, isRunning, pidOf, pidsWith } from '../../helpers/daemon-lab.ts'
import { editDatabase } from '../../helpers/reboot.ts'
import { refused } from '../../helpers/session-rows.ts'
import { until } from '../../helpers/until.ts'

// Decision 3 of the Session seed: a workspace that is moved on its machine, and one that comes from another.

/** A program in the workspace that says where it runs. */
function addProgram(lab: DaemonLab): string {
  const program = path.join(lab.workspace, 'bin', 'server')
  writeFileSync(program, '#!/bin/sh\necho "$0 $1 $PWD $2"\nexec sleep 1000\n', { mode: 0o755 })
  return program
}

test('a workspace that is moved goes on where it is, its programs with it and every path of it rewritten', async () => {
  await using lab = await DaemonLab.start()
  const program = addProgram(lab)
  const work = path.join(lab.workspace, 'data')
  mkdirSync(work)
  const more = { workspace: lab.workspace, restart: 'always', cwd: work } as const
  await lab.ask('process.start', { ...more, argv: [program, work, 'password=hunter2'], alias: 'server' })
  await lab.ask('process.start', { ...more, uri: `exec://localhost${program}?${work}`, alias: 'by-uri' })
  const [server, byUri] = [await lab.row('server'), await lab.row('by-uri')]
  await lab.ask('process.stop', { targets: [lab.target('by-uri')], now: true, wait: true })
  await lab.stopDaemon()

  const moved = path.join(lab.folder, 'moved')
  renameSync(lab.workspace, moved)
  await lab.startDaemon()
  const target = (ref: string) => ({ workspace: moved, ref })
  const show = async (ref: string) => lab.ask('process.show', target(ref))

  const { row, cwd } = await show('server')
  expect(pidOf(row)).toBe(pidOf(server))
  expect(row.argv).toEqual([`${moved}/bin/server`, `${moved}/data`, 'password=•••'])
  expect(cwd).toBe(path.join(moved, 'data'))
  expect((await show('by-uri')).row.uri).toBe(`exec://localhost${moved}/bin/server?${moved}/data`)
  for (const { name } of [server, byUri]) {
    const text = readFileSync(path.join(moved, 'etc', `${name}.yaml`), 'utf8')
    expect(text).not.toContain(lab.workspace)
    expect(parse(text)).toMatchObject({ realm: moved, cwd: path.join(moved, 'data') })
  }
  const sessions = await lab.ask('sessions.list', {})
  expect(sessions.filter(({ problems }) => problems.length > 0)).toEqual([])

  await lab.ask('process.restart', { targets: [target('server')], wait: true })
  const output = path.join(moved, 'out', `${server.name}.out`)
  const line = `${moved}/bin/server ${moved}/data ${moved}/data password=hunter2\n`
  await until(() => readFileSync(output, 'utf8').endsWith(line), { what: 'output from the new place' })
  const fresh = await until(
    async () => ((await show('server')).row.life.kind === 'up' ? (await show('server')).row : null),
    {
      what: 'the server is up',
    },
  )
  expect(isRunning(pidOf(server))).toBe(false)
  process.kill(pidOf(fresh), 'SIGKILL')
  await until(async () => (await show('server')).row.run > fresh.run, { what: 'a restart by the policy' })
})

test('a workspace that is moved under a running daemon is refused with the way out, and nothing of it is lost', async () => {
  await using lab = await DaemonLab.start()
  await lab.ask('process.start', { workspace: lab.workspace, argv: ['/bin/sleep', '1000'], alias: 'kept' })
  const kept = pidOf(await lab.row('kept'))
  const moved = path.join(lab.folder, 'moved')
  renameSync(lab.workspace, moved)
  const targets = [{ workspace: moved, ref: 'kept' }]
  expect(await lab.try('process.stop', { targets, now: true, wait: true })).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('it was moved while the daemon had it open; end the daemon'),
  })
  expect(isRunning(kept)).toBe(true)

  await lab.stopDaemon()
  await lab.startDaemon()
  expect(pidOf((await lab.ask('process.show', { workspace: moved, ref: 'kept' })).row)).toBe(kept)
  await lab.ask('process.stop', { targets, now: true, wait: true })
  expect(isRunning(kept)).toBe(false)
})

test('a process whose program is gone after the move is ended and kept up', async () => {
  await using lab = await DaemonLab.start()
  const program = addProgram(lab)
  await lab.ask('process.start', { workspace: lab.workspace, argv: [program], alias: 'server', restart: 'always' })
  const before = await lab.untilRow('server', 'is up', ({ life }) => life.kind === 'up')
  await lab.killDaemon()
  process.kill(pidOf(before), 'SIGKILL')
  const moved = path.join(lab.folder, 'moved')
  renameSync(lab.workspace, moved)
  await lab.startDaemon()
  const after = await until(
    async () => {
      const { row } = await lab.ask('process.show', { workspace: moved, ref: 'server' })
      return row.life.kind === 'up' && row.run > before.run ? row : null
    },
    { what: 'a new run' },
  )
  expect(after.argv).toEqual([`${moved}/bin/server`])
})

test('a workspace from another machine is down, and runs nothing before a person has seen what it would run', async () => {
  await using lab = await DaemonLab.start()
  const program = addProgram(lab)
  const common = { workspace: lab.workspace, restart: 'always' } as const
  await lab.ask('process.start', { ...common, argv: [program, 'token=hunter2', lab.folder], alias: 'server' })
  await lab.ask('process.start', { ...common, argv: [program, 'second', lab.folder], alias: 'second' })
  const pids = [pidOf(await lab.row('server')), pidOf(await lab.row('second'))]
  await lab.killDaemon()
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await until(() => pids.every((pid) => !isRunning(pid)), { what: 'the end of the programs' })
  const set = (machine: string, hostname: string) =>
    editDatabase(lab, (database) =>
      database.prepare('UPDATE meta SET machine_id = ?, hostname = ?').run(machine, hostname),
    )
  set('0123456789abcdef0123456789abcdef', 'oldhost')

  for (const restarted of [false, true]) {
    if (restarted) await lab.stopDaemon()
    await lab.startDaemon()
    const server = await lab.row('server')
    expect(server).toMatchObject({ life: { kind: 'down', reason: 'Moved from oldhost' } })
    expect((await lab.ask('sessions.list', {})).find(({ path: at }) => at === lab.workspace)?.active).toBe(false)
    const asked = refused(await lab.try('sessions.activate', { workspace: lab.workspace }))
    expect(asked).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`server: ${program} token=•••`),
    })
    expect(asked.message).toContain(`second: ${program} second`)
    expect(asked.message).not.toContain('hunter2')
    // A stored definition is as much of a stranger's making when it is started by its name.
    expect(refused(await lab.try('process.startKnown', { targets: [lab.target('server')] })).message).toBe(
      asked.message,
    )
    expect(pidsWith(lab.folder).filter((pid) => pidsWith(program).includes(pid))).toEqual([])
  }

  await lab.ask('sessions.activate', { workspace: lab.workspace, yes: true })
  await lab.untilRow('server', 'is up', ({ life }) => life.kind === 'up')
  await lab.untilRow('second', 'is up', ({ life }) => life.kind === 'up')
  // Once agreed to, it is a session of this machine like any other.
  await lab.stopDaemon()
  await lab.startDaemon()
  expect((await lab.ask('sessions.activate', { workspace: lab.workspace })).alreadyActive).toBe(true)
})

test('secrets that did not come along block, with the names of what is missing', async () => {
  await using lab = await DaemonLab.start()
  const script = 'echo "$PIN"; exec sleep 1000'
  const { name } = await lab.startScript('needs', script, { restart: 'always', secretEnv: { PIN: 'pin-one' } })
  const pid = pidOf(await lab.row('needs'))
  await lab.killDaemon()
  process.kill(pid, 'SIGKILL')
  await until(() => !isRunning(pid), { what: 'the end of the program' })
  editDatabase(lab, (database) =>
    database.prepare('UPDATE meta SET machine_id = ?, hostname = ?').run('f'.repeat(32), 'oldhost'),
  )
  writeFileSync(lab.places.secrets, '{"version":1,"secrets":{}}', { mode: 0o600 })

  await lab.startDaemon()
  await lab.ask('sessions.activate', { workspace: lab.workspace, yes: true })
  const blocked = await lab.untilRow('needs', 'is blocked', ({ life }) => life.kind === 'blocked')
  expect(blocked.waitingFor).toEqual([{ kind: 'secrets', names: ['PIN'] }])
  await lab.ask('process.setSecrets', { target: lab.target('needs'), env: { PIN: 'pin-two' } })
  await lab.untilRow('needs', 'is up', ({ life }) => life.kind === 'up')
  const output = path.join(lab.workspace, 'out', `${name}.out`)
  await until(() => readFileSync(output, 'utf8').endsWith('pin-two\n'), { what: 'output with the new secret' })
})
