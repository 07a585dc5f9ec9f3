import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nameOfUri } from '../../../src/main/daemon/workspace/names.ts'
import { DaemonLab, isRunning, pidOf } from '../../helpers/daemon-lab.ts'
import { LabSession } from '../../helpers/lab-session.ts'

// What the words of a session mean, each seen once from outside; the other files of this folder go into them.

let lab: DaemonLab
let session: LabSession
beforeAll(async () => {
  lab = await DaemonLab.start()
  session = await LabSession.create(lab, 'concepts')
})
afterAll(() => lab[Symbol.asyncDispose]())

const etc = (file: string): string => path.join(session.workspace, 'etc', file)

test('a session is a folder, and a daemon knows many', async () => {
  const other = await LabSession.create(lab, 'other')
  const sessions = await lab.ask('sessions.list', {})
  for (const { workspace } of [session, other]) {
    expect(sessions).toContainEqual(expect.objectContaining({ path: workspace, active: true }))
  }
  await other.start('twin', 'exec sleep 3301')
  await session.start('twin', 'exec sleep 3301')
  expect((await other.row('twin')).id).not.toBe((await session.row('twin')).id)
})

test('a name comes from the URI for good, an alias is a name of yours and a link', async () => {
  const uri = 'exec://localhost/bin/sleep?3302'
  const start = { workspace: session.workspace, uri, launch: false } as const
  const { process: row } = await lab.ask('process.start', { ...start, alias: 'first' })
  expect(row.name).toBe(nameOfUri(uri))
  expect(readlinkSync(etc('first.yaml'))).toBe(`${row.name}.yaml`)
  await lab.ask('process.start', { ...start, alias: 'second' })
  expect(await session.row('second')).toMatchObject({ id: row.id, name: row.name })
  expect(lstatSync(etc('first.yaml'), { throwIfNoEntry: false })).toBeUndefined()
  expect(readlinkSync(etc('second.yaml'))).toBe(`${row.name}.yaml`)
})

test('life is what the system says, state is the label of what it looks like', async () => {
  await session.start('looked-at', 'exec sleep 3303')
  expect(await session.row('looked-at')).toMatchObject({ life: { kind: 'up' }, state: null, score: null })
  await lab.ask('process.attach', {
    workspace: session.workspace,
    program: null,
    alias: 'looked-at',
    state: 'operative',
  })
  expect(await session.row('looked-at')).toMatchObject({ life: { kind: 'up' }, state: 'operative', score: 1 })
  const [state] = await lab.ask('states.list', session.target('looked-at'))
  expect(Object.keys(state?.fingerprint ?? {}).sort()).toEqual(['cmdline', 'established', 'files', 'listen', 'udp'])
})

test('a dependence is a line of etc/session.yaml, child first', async () => {
  await session.start('server', 'exec sleep 3304')
  await session.start('client', 'exec sleep 3305')
  await session.depend(['server:operative', 'client'])
  expect(readFileSync(etc('session.yaml'), 'utf8')).toMatch(/dependences:\s+client:\s+- server:operative\n/)
})

test('the supervisor is the daemon: it may end, and the programs go on', async () => {
  const pid = pidOf(await session.start('lasting', 'exec sleep 3306'))
  await lab.stopDaemon()
  expect(isRunning(pid)).toBe(true)
  await lab.startDaemon()
  expect(pidOf(await session.row('lasting'))).toBe(pid)
})
