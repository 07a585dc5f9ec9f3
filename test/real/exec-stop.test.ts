import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import process from 'node:process'
import { describe, expect, test } from 'vitest'
import { deliver } from '../../src/main/daemon/adapters/exec/identity.ts'
import { listDescriptors, readDescriptor, readStat } from '../../src/main/daemon/adapters/exec/proc.ts'
import { signalFrozenTree } from '../../src/main/daemon/host/stop.ts'
import type { ProgramIdentity } from '../../src/shared/domain/identity.ts'
import { ExecLab, type LabRun, requireShell, shellNames } from '../helpers/exec-lab.ts'
import { requireParts } from '../helpers/real-parts.ts'
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

/** A process that got its SIGKILL may take some milliseconds more to go. */
const treeEnded = (lab: ExecLab, run: LabRun) =>
  until(async () => (await lab.host.treeMembers(run.target)).length === 0, { what: 'the end of the tree' })

/** A process that only reads the log, once it has it open. */
async function startReader(lab: ExecLab, run: LabRun): Promise<ProgramIdentity> {
  const reader = await lab.bystander(['tail', '-f', run.files.out])
  const reads = () => listDescriptors(reader.pid).some((fd) => readDescriptor(reader.pid, fd) === run.files.out)
  await until(reads, { what: 'the reader of the log' })
  return reader
}

describe.each(shellNames)('stop through %s', (shell) => {
  test('reaches the whole tree and leaves the recorder to write the end', async (context) => {
    requireParts(context, 'process tools')
    requireShell(context, shell)
    await using lab = await ExecLab.create(shell)
    const { run, members } = await startFamily(lab)
    expect(pids(await lab.host.treeMembers(run.target))).toEqual(pids(members.map((identity) => ({ identity }))))

    const report = await lab.host.signalTree(run.target, 'SIGTERM')
    expect(pids(report.signalled)).toEqual(pids(members.map((identity) => ({ identity }))))
    expect(report.refused).toEqual([])
    await allEnded(lab, members)
    expect(await lab.end(run)).toMatchObject({ code: null, signal: 'SIGTERM' })
    expect(await lab.host.treeMembers(run.target)).toEqual([])
  })

  test('a frozen program is not taken for an ended one', async (context) => {
    requireShell(context, shell)
    await using lab = await ExecLab.create(shell)
    const run = await lab.startScript('exec sleep 1000')
    const { identity } = await lab.program(run)
    process.kill(identity.pid, 'SIGSTOP')
    await until(() => readStat(identity.pid)?.state === 'T', { what: 'a stopped program' })
    expect(lab.host.readRecord(run.files.record).end).toBeNull()
    expect(await lab.host.look([identity])).toEqual(['stopped'])
    await lab.host.signalTree(run.target, 'SIGTERM')
    expect(await lab.end(run)).toMatchObject({ signal: 'SIGTERM' })
  })
})

describe('what survives a stop', () => {
  test('everybody else', async (context) => {
    requireParts(context, 'process tools')
    await using lab = await ExecLab.create()
    const other = randomUUID()
    const { run, members } = await startFamily(lab)
    const stranger = await lab.bystander(['sleep', '1000'])
    const reader = await startReader(lab, run)
    const neighbour = await lab.startScript('exec sleep 1000')
    const { identity: neighbours, shimPid } = await lab.program(neighbour)

    // A child of a member that belongs to another row, and its own unmarked child.
    const script = `
      echo $$ >second
      PROCESSION_ID=${other}:1 sh -c 'echo $$ >foreign; env -i "$(command -v sleep)" 1000 & echo $! >foreign-child; wait' &
      wait`
    const { mark, files } = run
    const record = `${files.record}.second`
    await lab.startScript(script, { mark: { ...mark, run: 2 }, files: { ...files, record } })
    const second = await lab.pidWrittenTo('second')
    const foreign = await lab.pidWrittenTo('foreign')
    const foreignChild = await lab.pidWrittenTo('foreign-child')

    await lab.host.signalTree(run.target, 'SIGTERM')
    await allEnded(lab, [...members, second])
    await lab.host.killTree(run.target)
    for (const survivor of [stranger, reader, neighbours, lab.identityOf(shimPid), foreign, foreignChild]) {
      expect(await lab.isAlive(survivor)).toBe(true)
      expect(readStat(survivor.pid)?.state).not.toBe('T')
    }
  })

  test('who owns the numbers of a program that is gone', async () => {
    await using lab = await ExecLab.create()
    const stranger = await lab.bystander(['sh', '-c', 'sleep 1000 & echo $! >child; wait'])
    const child = await lab.pidWrittenTo('child')
    const identity = { ...stranger, startTime: String(Number(stranger.startTime) - 1) }
    const { target: unknown } = lab.prepare([])
    const target = { ...unknown, program: { identity, shimPid: stranger.pid } }

    expect(await lab.isAlive(identity)).toBe(false)
    expect(await lab.host.treeMembers(target)).toEqual([])
    expect(await lab.host.signalTree(target, 'SIGTERM')).toEqual({ signalled: [], refused: [] })
    expect(await lab.host.killTree(target)).toEqual({ signalled: [], refused: [] })
    expect(await lab.host.look([stranger, child])).toEqual(['alive', 'alive'])
    expect(await lab.isAlive({ ...stranger, bootId: randomUUID() })).toBe(false)
  })
})

describe('stubborn trees', () => {
  test('who ignores SIGTERM gets SIGKILL, even when nothing ties it to the tree any more', async (context) => {
    requireParts(context, 'process tools')
    await using lab = await ExecLab.create()
    const run = await lab.startScript(`
      trap '' TERM
      sh -c 'echo $$ >marked; exec sleep 1000' &
      env -i "$(command -v sh)" -c 'echo $$ >nameless; exec /usr/bin/env sleep 1000' >/dev/null 2>&1 &
      trap - TERM
      while :; do sleep 0.05; done`)
    const stubborn = await Promise.all(['marked', 'nameless'].map((name) => lab.pidWrittenTo(name)))
    await lab.host.signalTree(run.target, 'SIGTERM')
    expect(await lab.end(run)).toMatchObject({ signal: 'SIGTERM' })
    expect(pids(await lab.host.treeMembers(run.target))).toEqual(expect.arrayContaining(stubborn.map(({ pid }) => pid)))

    const report = await lab.host.killTree(run.target)
    expect(pids(report.signalled)).toEqual(expect.arrayContaining(stubborn.map(({ pid }) => pid)))
    await allEnded(lab, stubborn)
    await treeEnded(lab, run)
  })

  test('one that never stops forking', async (context) => {
    requireParts(context, 'process tools')
    await using lab = await ExecLab.create()
    const run = await lab.startScript(`
      (setsid sh -c 'while :; do sleep 0.01; done' &)
      while :; do (setsid sleep 0.3 &); sleep 0.01; done`)
    await until(async () => (await lab.host.treeMembers(run.target)).length > 3, { what: 'a few members' })
    await lab.host.signalTree(run.target, 'SIGTERM')
    expect(await lab.end(run)).toMatchObject({ signal: 'SIGTERM' })
    await treeEnded(lab, run)
  })

  test('one that is killed outright', async () => {
    await using lab = await ExecLab.create()
    const { run, members } = await startFamily(lab)
    const report = await lab.host.killTree(run.target)
    expect(pids(report.signalled)).toEqual(pids(members.map((identity) => ({ identity }))))
    await allEnded(lab, members)
    expect(await lab.end(run)).toMatchObject({ signal: 'SIGKILL' })
  })

  test('one whose recorder was killed', async () => {
    await using lab = await ExecLab.create()
    const { run, members } = await startFamily(lab)
    process.kill(Number(run.target.program?.shimPid), 'SIGKILL')
    await lab.host.signalTree(run.target, 'SIGTERM')
    await allEnded(lab, members)
  })
})

test('what was frozen is let go when looking for more fails', async () => {
  await using lab = await ExecLab.create()
  const identity = await lab.bystander(['sleep', '1000'])
  const looks = [[{ identity, command: 'sleep 1000' }]]
  const findMembers = async () => {
    const members = looks.shift()
    if (members !== undefined) return members
    await until(() => readStat(identity.pid)?.state === 'T', { what: 'a frozen process' })
    throw new Error('EMFILE: too many open files')
  }
  await expect(signalFrozenTree({ findMembers, deliver }, 'SIGTERM')).rejects.toThrow('EMFILE')
  await until(() => readStat(identity.pid)?.state === 'S', { what: 'a process that goes on' })
  expect(await lab.isAlive(identity)).toBe(true)
})

describe('looking', () => {
  test('finds a marked program before its identity is known, without its shim', async () => {
    await using lab = await ExecLab.create()
    const run = await lab.startScript("sh -c 'echo $$ >child; exec sleep 1000' & wait")
    const child = await lab.pidWrittenTo('child')
    const { identity, shimPid } = await lab.program(run)
    const ours = (await lab.host.findMarked()).filter(({ mark }) => mark.processId === run.mark.processId)
    expect(ours.map((marked) => marked.identity)).toEqual([identity, child])
    expect(ours[0]).toEqual({ mark: run.mark, identity, shimPid })
    expect(pids(await lab.host.treeMembers({ ...run.target, program: null }))).toEqual([identity.pid, child.pid])
  })

  test('shows commands without their secrets', async () => {
    await using lab = await ExecLab.create()
    const run = await lab.startScript('sh -c "echo $$ >child; sleep 1000" sh password=hunter2; :')
    await lab.pidWrittenTo('child')
    const commands = (await lab.host.treeMembers(run.target)).map((member) => member.command)
    expect(commands.join('\n')).toContain('password=•••')
    expect(commands.join('\n')).toContain('sleep 1000')
  })

  test('a zombie is neither alive nor a member', async () => {
    await using lab = await ExecLab.create()
    const run = await lab.startScript(`
      sh -c 'echo $$ >child; until [ -e go ]; do sleep 0.01; done' &
      exec sleep 1000`)
    const { pid } = await lab.pidWrittenTo('child')
    const program = Number(run.target.program?.identity.pid)
    // A shell would reap its child; the program that takes its place does not.
    await until(() => readStat(program)?.comm === 'sleep', { what: 'the program itself' })
    lab.script('go', '')
    await until(() => readStat(pid)?.state === 'Z', { what: 'a zombie' })
    expect(await lab.isAlive(lab.identityOf(pid))).toBe(false)
    expect(pids(await lab.host.treeMembers(run.target))).toEqual([program])
  })

  test('a log that was removed while it is written still ties its writer to the tree', async (context) => {
    requireParts(context, 'process tools')
    await using lab = await ExecLab.create()
    const { run, members } = await startFamily(lab)
    rmSync(run.files.out)
    const target = { ...run.target, program: null }
    const writer = members[family.indexOf('writer')]
    expect(pids(await lab.host.treeMembers(target))).toContain(writer?.pid)
  })
})
