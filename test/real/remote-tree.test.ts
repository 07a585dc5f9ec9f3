import { randomUUID } from 'node:crypto'
import { chownSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, test } from 'vitest'
import { readStat } from '../../src/main/daemon/adapters/exec/proc.ts'
import { RemoteShell } from '../../src/main/daemon/adapters/ssh/remote-shell.ts'
import { deliverRemote } from '../../src/main/daemon/adapters/ssh/remote-signals.ts'
import { HostUnreachable } from '../../src/main/daemon/host/port.ts'
import type { ProgramIdentity } from '../../src/shared/domain/identity.ts'
import { type ExecLab, type LabRun, requireShell, shellNames } from '../helpers/exec-lab.ts'
import { requireParts, skipOrFail } from '../helpers/real-parts.ts'
import { createRemoteLab, LocalConnection } from '../helpers/remote-lab.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

/** Every way a process of ours can come to be; each writes its pid to a file. */
const familyScript = `
  echo $$ >program
  sh -c 'echo $$ >grandchild; exec sleep 1000' &
  (setsid sh -c 'echo $$ >own-session; exec sleep 1000' </dev/null >/dev/null 2>&1 &)
  (setsid env -i "$(command -v sh)" -c 'echo $$ >writer; exec /usr/bin/env sleep 1000' </dev/null 2>/dev/null &)
  env -i "$(command -v sh)" -c 'echo $$ >nameless; exec /usr/bin/env sleep 1000' </dev/null >/dev/null 2>&1 &
  wait
`
const family = ['program', 'grandchild', 'own-session', 'writer', 'nameless'] as const

const pids = (members: readonly { readonly identity: ProgramIdentity }[]) =>
  members.map((member) => member.identity.pid).sort((left, right) => left - right)

async function startFamily(lab: ExecLab): Promise<{ run: LabRun; members: readonly ProgramIdentity[] }> {
  const run = await lab.startScript(familyScript)
  const members = await Promise.all(family.map((name) => lab.pidWrittenTo(name)))
  return { run, members }
}

const allEnded = (lab: ExecLab, identities: readonly ProgramIdentity[]) =>
  until(async () => (await lab.host.look(identities)).every((sight) => sight === 'gone'), {
    what: 'the end of all members',
  })

describe.each(shellNames)('a tree on a host with %s', (shell) => {
  test('is stopped whole, and its recorder writes the end', async (context) => {
    requireParts(context, 'process tools')
    requireShell(context, shell)
    await using remote = await createRemoteLab(shell)
    const { lab } = remote
    const { run, members } = await startFamily(lab)
    const all = pids(members.map((identity) => ({ identity })))
    expect(pids(await lab.host.treeMembers(run.target))).toEqual(all)

    const report = await lab.host.signalTree(run.target, 'SIGTERM')
    expect(pids(report.signalled)).toEqual(all)
    expect(report.refused).toEqual([])
    await allEnded(lab, members)
    expect(await lab.end(run)).toMatchObject({ code: null, signal: 'SIGTERM' })
    expect(await lab.host.treeMembers(run.target)).toEqual([])
  })

  test('is killed whole', async (context) => {
    requireParts(context, 'process tools')
    requireShell(context, shell)
    await using remote = await createRemoteLab(shell)
    const { lab } = remote
    const { run, members } = await startFamily(lab)
    const report = await lab.host.killTree(run.target)
    expect(pids(report.signalled)).toEqual(pids(members.map((identity) => ({ identity }))))
    await allEnded(lab, members)
    expect(await lab.end(run)).toMatchObject({ signal: 'SIGKILL' })
  })

  test('is found by its mark, with the real program first and commands without secrets', async (context) => {
    requireShell(context, shell)
    await using remote = await createRemoteLab(shell)
    const { lab } = remote
    const run = await lab.startScript("sh -c 'echo $$ >child; sleep 1000' sh password=hunter2 & wait")
    const child = await lab.pidWrittenTo('child')
    const { identity, shimPid } = await lab.program(run)
    const ours = (await lab.host.findMarked()).filter(({ mark }) => mark.processId === run.mark.processId)
    expect(ours[0]).toEqual({ mark: run.mark, identity, shimPid })
    expect(ours.map((marked) => marked.identity)).toContainEqual(child)
    expect(ours.map((marked) => marked.identity.pid)).not.toContain(shimPid)
    const commands = (await lab.host.treeMembers({ ...run.target, program: null })).map(({ command }) => command)
    expect(commands.join('\n')).toContain('password=•••')
    expect(commands.join('\n')).not.toContain('hunter2')
  })

  test('that stands still is not taken for one that is gone', async (context) => {
    requireShell(context, shell)
    await using remote = await createRemoteLab(shell)
    const { lab } = remote
    const run = await lab.startScript('exec sleep 1000')
    const { identity } = await lab.program(run)
    const other = { ...identity, startTime: String(Number(identity.startTime) + 1) }
    const earlier = { ...identity, bootId: randomUUID() }
    process.kill(identity.pid, 'SIGSTOP')
    await until(() => readStat(identity.pid)?.state === 'T', { what: 'a stopped program' })
    expect(await lab.host.look([other, identity, earlier, lab.identityOf(process.pid)])).toEqual([
      'gone',
      'stopped',
      'gone',
      'alive',
    ])
    await lab.host.signalTree(run.target, 'SIGTERM')
    expect(await lab.end(run)).toMatchObject({ signal: 'SIGTERM' })
  })
})

describe('nobody else is signalled', () => {
  test('who is none of the tree', async (context) => {
    requireParts(context, 'process tools')
    await using remote = await createRemoteLab()
    const { lab } = remote
    const { run, members } = await startFamily(lab)
    const stranger = await lab.bystander(['sleep', '1000'])
    const neighbour = await lab.startScript('exec sleep 1000')
    const { identity: neighbours, shimPid } = await lab.program(neighbour)
    await lab.host.signalTree(run.target, 'SIGTERM')
    await allEnded(lab, members)
    await lab.host.killTree(run.target)
    expect(await lab.host.look([stranger, neighbours, lab.identityOf(shimPid)])).toEqual(['alive', 'alive', 'alive'])
  })

  test('who owns the numbers of a program that is gone', async () => {
    await using remote = await createRemoteLab()
    const { lab } = remote
    const stranger = await lab.bystander(['sh', '-c', 'sleep 1000 & echo $! >child; wait'])
    const child = await lab.pidWrittenTo('child')
    const identity = { ...stranger, startTime: String(Number(stranger.startTime) - 1) }
    const target = { ...lab.prepare([]).target, program: { identity, shimPid: stranger.pid } }
    expect(await lab.host.treeMembers(target)).toEqual([])
    expect(await lab.host.killTree(target)).toEqual({ signalled: [], refused: [] })
    expect(await lab.host.look([stranger, child])).toEqual(['alive', 'alive'])
  })

  /** A name is 15 bytes at most, and may hold anything (PR_SET_NAME, prctl(2)). */
  const named = (name: string) =>
    `
    import ctypes, os, time
    ctypes.CDLL(None).prctl(15, ${JSON.stringify(name)}.encode('latin1'), 0, 0, 0)
    open('hostile', 'w').write(str(os.getpid()) + '\\n')
    time.sleep(1000)`.replace(/^ {4}/gm, '')

  test.each(['x\n1 (init) S 0', 'a) S 1 1 1 (b', ') R (', '\x1b[2J*'])(
    'whoever calls itself %j, and that is signalled all the same when it is a member',
    async (name) => {
      await using remote = await createRemoteLab()
      const { lab } = remote
      const script = lab.script('hostile.py', named(name))
      const run = await lab.start(['python3', script])
      const hostile = await lab.pidWrittenTo('hostile')
      const { shimPid, identity } = await lab.program(run)
      expect(hostile).toEqual(identity)
      expect(await lab.host.look([lab.identityOf(1), identity, lab.identityOf(shimPid)])).toEqual([
        'alive',
        'alive',
        'alive',
      ])
      const report = await lab.host.signalTree({ ...run.target, program: { identity, shimPid } }, 'SIGTERM')
      expect(pids(report.signalled)).toEqual([identity.pid])
      expect(await lab.end(run)).toMatchObject({ signal: 'SIGTERM' })
    },
  )

  test('who has open what only looks like a log of ours', async (context) => {
    requireParts(context, 'process tools')
    await using remote = await createRemoteLab()
    const { lab, state } = remote
    const run = await lab.startScript('exec sleep 1000')
    const { place } = run.spec
    const log = `${state}/${place.sessionId}/out/${place.name}.out`
    const open = (path: string) => lab.bystander(['sh', '-c', `exec 5>>"$0"; exec sleep 1000`, path])
    const reader = await lab.bystander(['sh', '-c', 'exec 5<"$0"; exec sleep 1000', log])
    const other = await open(join(lab.folder, 'x -> other.out'))
    const lines = await open(join(lab.folder, `x\n\nl-wx------ 1 0 0 64 Jan  1 00:00 9 -> other`))
    const writer = await open(log)
    const members = async () => pids(await lab.host.treeMembers(run.target))
    await until(async () => (await members()).includes(writer.pid), { what: 'the writer of the log' })
    expect(await members()).toEqual([Number(run.target.program?.identity.pid), writer.pid].sort((a, b) => a - b))
    expect(await lab.host.look([reader, other, lines])).toEqual(['alive', 'alive', 'alive'])
    await lab.host.killTree(run.target)
    await allEnded(lab, [writer])
    expect(await lab.host.look([reader, other, lines])).toEqual(['alive', 'alive', 'alive'])
  })
})

describe('a link that is lost', () => {
  test('leaves nothing frozen', async (context) => {
    requireParts(context, 'process tools')
    await using remote = await createRemoteLab()
    const { lab, connection } = remote
    const run = await lab.startScript('exec sleep 1000')
    const { identity } = await lab.program(run)
    const isSleep = () => readStat(identity.pid)?.comm === 'sleep'
    await until(isSleep, { what: 'the program itself' })
    connection.cut = {
      pick: (script) => script.includes(`send ${identity.pid} ${identity.startTime} STOP`),
      afterBytes: 1,
    }
    await expect(lab.host.signalTree(run.target, 'SIGTERM')).rejects.toThrow(HostUnreachable)
    await until(() => readStat(identity.pid)?.state === 'T', { what: 'a frozen program' })
    connection.restore()
    await until(async () => (await lab.host.look([identity]))[0] === 'alive', {
      what: 'a program that goes on',
      timeoutMs: 60_000,
    })
  }, 90_000)

  test('makes everything unknown and nothing gone', async () => {
    await using remote = await createRemoteLab()
    const { lab, connection } = remote
    const run = await lab.startScript('exec sleep 1000')
    const { identity } = await lab.program(run)
    connection.lose()
    const asked = [
      () => lab.host.look([identity]),
      () => lab.host.findMarked(),
      () => lab.host.treeMembers(run.target),
      () => lab.host.killTree(run.target),
      () => lab.host.describe(identity.pid),
      () => lab.host.programs(),
      () => lab.host.hasCommandLine(['sleep', '1000']),
      () => lab.host.fingerprints().read(identity.pid),
      () => lab.host.hasPid(identity.pid),
      () => lab.host.launch(lab.prepare(['true']).spec),
      () => lab.host.usage([{ identity, shimPid: null }], true),
    ]
    for (const ask of asked) await expect((async () => ask())()).rejects.toThrow(HostUnreachable)
    expect(lab.host.bootId).toBe(identity.bootId)
    connection.restore()
    expect(await lab.host.look([identity])).toEqual(['alive'])
  })

  test.each([1, 2000, 20_000])('in the middle of a look, after %i bytes, is no look', async (afterBytes) => {
    await using remote = await createRemoteLab()
    const { lab, connection } = remote
    const run = await lab.startScript('exec sleep 1000')
    connection.cut = { pick: (script) => script.includes('/proc/[0-9]*/stat'), afterBytes }
    await expect(lab.host.treeMembers(run.target)).rejects.toThrow(HostUnreachable)
    connection.restore()
    expect(await lab.host.treeMembers(run.target)).toHaveLength(1)
  })
})

test('processes that come and go are no trouble', async () => {
  await using remote = await createRemoteLab()
  const { lab } = remote
  const run = await lab.startScript('while :; do sleep 0.002; done')
  for (let look = 0; look < 15; look += 1) {
    const [members, programs, marked] = await Promise.all([
      lab.host.treeMembers(run.target),
      lab.host.programs(),
      lab.host.findMarked(),
    ])
    const pid = run.target.program?.identity.pid
    for (const seen of [members, programs, marked]) expect(seen.map(({ identity }) => identity.pid)).toContain(pid)
  }
  await lab.host.signalTree(run.target, 'SIGTERM')
  expect(await lab.end(run)).toMatchObject({ signal: 'SIGTERM' })
})

test('whoever may not be signalled is told', async (context) => {
  if (process.getuid?.() !== 0) skipOrFail(context, 'needs root, for another user')
  await using remote = await createRemoteLab()
  const { lab } = remote
  const identity = await lab.bystander(['sleep', '1000'])
  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all'] as const
  await using folder = await temporaryFolder()
  chownSync(folder.path, 65_534, 65_534)
  const env = { PATH: process.env.PATH, HOME: folder.path }
  const shell = new RemoteShell(new LocalConnection([...nobody, '/bin/sh', '-s'], env))
  const members = [
    { identity, command: 'sleep' },
    { identity: { ...identity, startTime: '1' }, command: 'another' },
  ]
  expect(await deliverRemote(shell, members, 'SIGTERM')).toEqual([
    { kind: 'refused', why: 'it belongs to another user' },
    { kind: 'gone' },
  ])
  expect(await lab.host.look([identity])).toEqual(['alive'])
})

test('what tells the files of an answer apart is put back when it is gone', async () => {
  await using remote = await createRemoteLab()
  const { lab, state } = remote
  const run = await lab.startScript('exec sleep 1000')
  const { identity } = await lab.program(run)
  rmSync(state, { recursive: true })
  expect(await lab.host.treeMembers(run.target)).toHaveLength(1)
  expect(readdirSync(state)).toContainEqual(expect.stringMatching(/^shim-/))
  expect(await lab.host.look([identity])).toEqual(['alive'])
})
