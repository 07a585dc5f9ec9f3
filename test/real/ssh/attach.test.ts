import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readlinkSync } from 'node:fs'
import process from 'node:process'
import { describe, expect, test } from 'vitest'
import { isRunning, pidOf } from '../../helpers/daemon-lab.ts'
import { type HostLab, sharedHostLab } from '../../helpers/host-lab.ts'
import { sleepersOf, someSeconds } from '../../helpers/sleepers.ts'
import { until } from '../../helpers/until.ts'

const shared = sharedHostLab()

/** Starts a sleep there, as a person does who is logged in: its pid. */
async function sleepThere(
  { sshd, home }: HostLab,
  seconds: string,
  { folder = home, program = 'sleep' } = {},
): Promise<number> {
  const script = `cd '${folder}' && PLACE=there setsid -f ${program} ${seconds} >/dev/null 2>&1 </dev/null`
  const ssh = spawn('ssh', ['-F', sshd.clientConfig, sshd.name, script], { stdio: 'ignore' })
  await once(ssh, 'exit')
  const [pid = 0] = await until(
    () => {
      const pids = sleepersOf(seconds)
      return pids.length === 1 ? pids : null
    },
    { what: 'the sleep' },
  )
  return pid
}

describe('a program that was started there by hand', () => {
  test('is taken by pid, its end has no code, and from the next run on it is ours', async () => {
    const { machine } = shared
    const session = await machine.session()
    const folder = machine.folder('by hand')
    const pid = await sleepThere(machine, someSeconds(), { folder })
    const attach = ['session', 'attach', '--pid', String(pid), '--host', machine.host] as const
    const attached = await machine.cli(session, ...attach, '--alias', 'old', '--restart', '1', '--state', 'asleep')
    expect(attached).toMatchObject({ code: 0, stderr: '' })
    const row = await session.row('old')
    expect(pidOf(row)).toBe(pid)
    expect(row).toMatchObject({ host: machine.host, restart: 'always', state: 'asleep' })
    expect(row.uri).toMatch(new RegExp(`^attached://${Buffer.from(machine.host).toString('hex')}`))
    expect(row.notices).toEqual(['attached: its output goes where it was started'])

    process.kill(pid, 'SIGKILL')
    const again = await machine.untilRow(session, 'old', ({ run, life }) => run > row.run && life.kind === 'up')
    expect(pidOf(again)).not.toBe(pid)
    expect(again).toMatchObject({ notices: [], lastEnd: { code: null, signal: null } })
    expect(again.lastEnd?.reason).toBe('attached, code not observable')
    expect(readlinkSync(`/proc/${pidOf(again)}/cwd`)).toBe(folder)
    expect(await machine.lab.ask('process.show', session.target('old'))).toMatchObject({
      envNames: expect.arrayContaining(['PLACE']),
    })
    process.kill(pidOf(again), 'SIGKILL')
    const third = await machine.untilRow(session, 'old', ({ run, life }) => run > again.run && life.kind === 'up')
    expect(third.lastEnd).toMatchObject({ signal: 'SIGKILL' })
  })

  test('is found by the beginning of its command line, on that host alone, if it is the only one', async () => {
    const { machine } = shared
    const session = await machine.session()
    const seconds = someSeconds()
    const pid = await sleepThere(machine, seconds)
    const attach = (...more: readonly string[]) =>
      machine.cli(session, 'session', 'attach', '--cmdline', `sleep ${seconds.slice(0, -1)}`, ...more)
    expect(await attach('--host', machine.host, '--alias', 'one', '--restart', '0')).toMatchObject({ code: 0 })
    expect(pidOf(await session.row('one'))).toBe(pid)
    await machine.lab.ask('process.detach', { target: session.target('one'), purge: true })
    expect(isRunning(pid)).toBe(true)

    const twin = await sleepThere(machine, `${seconds}1`)
    const many = await attach('--host', machine.host, '--alias', 'one')
    expect(many).toMatchObject({ code: 5, stderr: expect.stringContaining('too many matching processes (2)') })
    expect(await attach('--host', machine.host, '--pid', '1', '--alias', 'one')).toMatchObject({ code: 2 })
    const nobody = await machine.cli(session, 'session', 'attach', '--cmdline', 'no such', '--host', machine.host)
    expect(nobody).toMatchObject({ code: 3 })
    for (const one of [pid, twin]) process.kill(one, 'SIGKILL')
  })

  test.for(['by URI', 'by command line'])('gets no twin by a start %s, and is taken over when told so', async (by) => {
    const { machine } = shared
    const session = await machine.session()
    const seconds = someSeconds()
    const isUri = by === 'by URI'
    const pid = await sleepThere(machine, seconds, { program: isUri ? '/usr/bin/sleep' : 'sleep' })
    const command = isUri
      ? { uri: `exec://${machine.host}/usr/bin/sleep?${seconds}` }
      : { host: machine.host, argv: ['sleep', seconds] }
    const start = { workspace: session.workspace, alias: 'same', ...command }
    const found = await machine.lab.try('process.start', start)
    expect(found).toMatchObject({ ok: false, code: 'conflict' })
    expect(found).toMatchObject({ message: expect.stringContaining(`runs already (pid ${pid})`) })
    const adopted = await machine.lab.ask('process.start', { ...start, adopt: true })
    expect(pidOf(adopted.process)).toBe(pid)
    await session.stop('same')
    expect(isRunning(pid)).toBe(false)
  })
})
