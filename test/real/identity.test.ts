import { mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { listPids, readCommandLine, readExecutable, readStat } from '../../src/main/daemon/adapters/exec/proc.ts'
import type { CandidateQuery } from '../../src/main/daemon/host/port.ts'
import { markVariable } from '../../src/shared/domain/identity.ts'
import { redactArgv } from '../../src/shared/text/redact.ts'
import { ExecLab } from '../helpers/exec-lab.ts'
import { until } from '../helpers/until.ts'

const uid = process.getuid?.() ?? 0

const query = (changes: Partial<CandidateQuery>): CandidateQuery => ({
  argv: [],
  exe: null,
  cwd: null,
  match: null,
  ...changes,
})

const nobody = () => false

/** The pids of those who look as asked. */
async function find(lab: ExecLab, changes: Partial<CandidateQuery>, exclude: (pid: number) => boolean = nobody) {
  return (await lab.host.findCandidates(query(changes), exclude)).map(({ identity }) => identity.pid)
}

/** Unlike whatever else sleeps on this machine. */
const sleeping = ['sleep', '100000.25'] as const

const ascending = (...pids: readonly number[]) => pids.toSorted((left, right) => left - right)

test('equal programs are all found, without the excluded', async () => {
  await using lab = await ExecLab.create()
  const [first, second] = [await lab.bystander([...sleeping]), await lab.bystander([...sleeping])]
  await lab.bystander(['sleep', '100000.5'])
  const exe = readExecutable(first.pid) ?? null
  expect(await find(lab, { argv: sleeping, exe, cwd: lab.folder })).toEqual(ascending(first.pid, second.pid))
  expect(await find(lab, { argv: sleeping }, (pid) => pid === first.pid)).toEqual([second.pid])
  expect(await lab.host.findCandidates(query({ argv: sleeping }), (pid) => pid === first.pid)).toEqual([
    { identity: second, argv: sleeping, exe, cwd: lab.folder, mark: null },
  ])
})

test('another folder, program or argument is another program', async () => {
  await using lab = await ExecLab.create()
  const here = await lab.bystander([...sleeping])
  expect(await find(lab, { argv: sleeping, cwd: '/' })).toEqual([])
  expect(await find(lab, { argv: sleeping, exe: '/bin/other' })).toEqual([])
  expect(await find(lab, { argv: ['sleep'] })).toEqual([])
  expect(await find(lab, { argv: [...sleeping, 'more'] })).toEqual([])
  expect(await find(lab, { argv: [] })).toEqual([])
  expect(await find(lab, { argv: sleeping, cwd: lab.folder })).toEqual([here.pid])
})

test('this daemon is nobody to be adopted', async () => {
  await using lab = await ExecLab.create()
  const argv = redactArgv(readCommandLine(process.pid))
  expect(await find(lab, { argv })).not.toContain(process.pid)
})

test('a folder is the same by whichever name', async () => {
  await using lab = await ExecLab.create()
  const here = await lab.bystander([...sleeping])
  mkdirSync(path.join(lab.folder, 'links'))
  const link = path.join(lab.folder, 'links', 'here')
  symlinkSync(lab.folder, link)
  expect(await find(lab, { argv: sleeping, cwd: link })).toEqual([here.pid])
  expect(await find(lab, { match: { exe: 'sleep', cwd: link } })).toEqual([here.pid])
})

test('secrets are compared hidden, and shown hidden', async () => {
  await using lab = await ExecLab.create()
  const script = ['sh', '-c', 'sleep 1000; exit', 'x', 'password=hunter2'] as const
  const program = await lab.bystander([...script])
  const argv = [...script.slice(0, -1), 'password=•••']
  const [candidate] = await lab.host.findCandidates(query({ argv, cwd: lab.folder }), nobody)
  expect(candidate).toMatchObject({ identity: program, argv })
  expect(await find(lab, { argv: script, cwd: lab.folder })).toEqual([])
})

test('a program that rewrote its command line is found by its rule', async () => {
  await using lab = await ExecLab.create()
  const renamed = await lab.bystander(['bash', '-c', 'exec -a "trader: busy" sleep 100000.25'])
  const exe = await until(() => readExecutable(renamed.pid)?.endsWith('sleep') && readExecutable(renamed.pid), {
    what: 'the exec of sleep',
  })
  expect(await find(lab, { argv: sleeping })).toEqual([])
  const cwd = lab.folder
  expect(await find(lab, { match: { argv_prefix: ['trader: busy'] } })).toEqual([renamed.pid])
  expect(await find(lab, { match: { argv_prefix: ['trader: busy', '100000.25'], exe, cwd } })).toEqual([renamed.pid])
  expect(await find(lab, { match: { exe: 'sleep', cwd } })).toEqual([renamed.pid])
  expect(await find(lab, { match: { argv_prefix: ['trader: busy', 'x'] } })).toEqual([])
  expect(await find(lab, { match: { argv_prefix: ['trader: busy'], cwd: '/' } })).toEqual([])
  expect(await find(lab, { match: { exe: '/bin/other', cwd } })).toEqual([])
})

test('a rule that says nothing leaves it to the command line', async () => {
  await using lab = await ExecLab.create()
  const program = await lab.bystander([...sleeping])
  expect(await find(lab, { argv: sleeping, match: {} })).toEqual([program.pid])
  expect(await find(lab, { argv: sleeping, match: { argv_prefix: [] } })).toEqual([program.pid])
  expect(await find(lab, { match: {} })).toEqual([])
})

test('a program is found by where it listens', async () => {
  await using lab = await ExecLab.create()
  const script = `require('net').createServer().listen(0, '127.0.0.1')`
  const program = await lab.bystander([process.execPath, '-e', script])
  const listen = await until(async () => (await lab.host.fingerprints().read(program.pid))?.listen?.[0], {
    what: 'the port',
  })
  const port = listen.slice(listen.lastIndexOf(':') + 1)
  for (const wanted of [listen, port, `:${port}`, `*:${port}`]) {
    expect(await find(lab, { match: { cwd: lab.folder, listen: wanted } })).toEqual([program.pid])
  }
  expect(await find(lab, { match: { cwd: lab.folder, listen: `127.0.0.2:${port}` } })).toEqual([])
  expect(await find(lab, { match: { cwd: lab.folder, listen: port.slice(1) } })).toEqual([])
})

test('a fork of a program is not another program, also when the program is taken', async () => {
  await using lab = await ExecLab.create()
  const script = ['sh', '-c', 'mkfifo pipe; (read line <pipe) & wait'] as const
  const program = await lab.bystander([...script])
  const forkedBy = (pid: number) =>
    readStat(pid)?.ppid === program.pid && isDeepStrictEqual(readCommandLine(pid), script)
  await until(() => listPids().some(forkedBy), { what: 'a fork that shows the same command line' })
  expect(await find(lab, { argv: script, cwd: lab.folder })).toEqual([program.pid])
  expect(await find(lab, { argv: script, cwd: lab.folder }, (pid) => pid === program.pid)).toEqual([])
})

test('a program of ours is found with its mark, and its shim is not', async () => {
  await using lab = await ExecLab.create()
  const run = await lab.start([...sleeping])
  const { identity } = await lab.program(run)
  await until(() => lab.host.hasBegun({ identity }), { what: 'the program to begin' })
  const found = await lab.host.findCandidates(query({ match: { cwd: lab.folder } }), nobody)
  expect(found).toMatchObject([{ identity, argv: sleeping, mark: run.mark }])
})

test('describe tells all that a later start needs', async () => {
  await using lab = await ExecLab.create()
  const argv = ['sh', '-c', 'sleep 1000; exit', 'x', 'password=hunter2'] as const
  const identity = await lab.bystander([...argv], { API_KEY: 's3cret', EMPTY: '' })
  const described = await until(
    async () => {
      const now = await lab.host.describe(identity.pid)
      return now?.argv.length === 5 ? now : null
    },
    { what: 'the program to begin' },
  )
  expect(described).toMatchObject({
    identity,
    argv,
    cwd: lab.folder,
    uid,
    env: { API_KEY: 's3cret', EMPTY: '', LANG: 'C' },
  })
  expect(described.exe).toBe(readExecutable(identity.pid))
  expect(described.env).not.toHaveProperty(markVariable)
  expect(lab.host.isOurs(described)).toBe(true)
})

test("another user's program is described without its environment", async (context) => {
  context.skip(uid !== 0, 'needs root, to start a program as another user')
  await using lab = await ExecLab.create()
  const identity = await lab.bystander(['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...sleeping])
  await until(async () => (await lab.host.describe(identity.pid))?.argv[0] === 'sleep', { what: 'the exec of sleep' })
  const described = await lab.host.describe(identity.pid)
  expect(described).toMatchObject({ identity, argv: sleeping, uid: 65_534, env: null })
  expect(described !== null && lab.host.isOurs(described)).toBe(false)
  expect(await find(lab, { argv: sleeping, cwd: lab.folder })).toEqual([])
})
