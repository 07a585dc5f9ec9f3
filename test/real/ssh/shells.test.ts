import path from 'node:path'
import process from 'node:process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findCommand } from '../../../scripts/lib/system-packages.mjs'
import { isRunning, ourNode, pidOf } from '../../helpers/daemon-lab.ts'
import { requireShell, type ShellName } from '../../helpers/exec-lab.ts'
import { HostLab } from '../../helpers/host-lab.ts'
import { requireParts, skipOrFail } from '../../helpers/real-parts.ts'
import { commandsFor } from '../../helpers/remote-lab.ts'
import { sleepersOf, someSeconds } from '../../helpers/sleepers.ts'
import { createUser, requireSshd } from '../../helpers/sshd.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { until } from '../../helpers/until.ts'

/** Starts, follows, kills, attaches a state to, stops and ends programs there. */
async function workOn(machine: HostLab): Promise<void> {
  const session = await machine.session()
  const seconds = someSeconds()
  const plain = `it's "$HOME" \`id\` \\ ~ *\n ü`
  const script = `printf "begin %s\\n" "$PLAIN"; setsid sleep ${seconds} & echo wrong >&2; exec sleep 1000`
  const first = await machine.run(session, 'train', script, { env: { PLAIN: plain }, cwd: '~' })
  expect(isRunning(pidOf(first))).toBe(true)
  await machine.untilOutput(session, first, `begin ${plain}\n`)
  await until(() => machine.output(session, first, 'err') === 'wrong\n', { what: 'the errors' })

  process.kill(pidOf(first), 'SIGKILL')
  const second = await machine.untilRow(session, 'train', ({ run, life }) => run === 2 && life.kind === 'up')
  expect(second.lastEnd).toMatchObject({ code: null, signal: 'SIGKILL' })
  const follower = machine.command(session, ['session', 'logs', 'train', '-f'])
  await until(() => follower.output() === `begin ${plain}\n`.repeat(2), { what: 'both runs in the log' })

  await until(() => sleepersOf(seconds).length === 2, { what: 'its children' })
  await machine.lab.ask('process.stop', { targets: [session.target('train')], now: false, wait: true })
  expect(sleepersOf(seconds)).toEqual([])
  expect(isRunning(pidOf(second))).toBe(false)

  await machine.run(session, 'ends', 'exit 7', { restart: 'never' })
  expect(await session.untilLife('ends', 'exited')).toMatchObject({ lastEnd: { code: 7, signal: null } })

  const listens = "require('node:net').createServer().listen(0, '127.0.0.1')"
  await machine.lab.ask('process.start', {
    ...{ workspace: session.workspace, host: machine.host, alias: 'server' },
    argv: [ourNode(), '-e', listens],
  })
  const wait = [
    'session',
    'wait',
    '--alias',
    'server',
    '--condition',
    "len(fp['listen'])>0",
    '--timeout',
    '30',
  ] as const
  expect(await machine.cli(session, ...wait)).toMatchObject({ code: 0 })
}

async function hostLab(...args: Parameters<typeof HostLab.start>): Promise<HostLab> {
  const machine = await HostLab.start(...args)
  onTestFinished(() => machine[Symbol.asyncDispose]())
  return machine
}

describe('the shell that works there', () => {
  test.for<ShellName>(['dash', 'bash', 'busybox'])('is %s', async (shell, context) => {
    requireSshd(context)
    requireShell(context, shell)
    const folder = await temporaryFolder()
    onTestFinished(() => folder[Symbol.asyncDispose]())
    const commands = commandsFor(folder.path, shell, findCommand(shell) ?? shell)
    // A bare busybox has nothing but itself.
    const variables = { PATH: shell === 'busybox' ? commands : `${commands}:${process.env.PATH}` }
    // Whatever shell is asked for, it is this one.
    const machine = await hostLab({ variables, config: [`ForceCommand exec ${path.join(commands, 'sh')}`] })
    await workOn(machine)
  })
})

describe('the shell of the log-in there', () => {
  test.for(['csh', 'fish'])('is %s', async (shell, context) => {
    requireSshd(context)
    requireParts(context, 'log-in shells')
    if (process.getuid?.() !== 0) return skipOrFail(context, 'needs root, to make a user')
    const user = await createUser(`/bin/${shell}`)
    onTestFinished(() => user[Symbol.asyncDispose]())
    for (const file of ['.cshrc', '.config/fish/config.fish']) user.write(file, 'echo "Welcome to gpu-01"\n')
    const machine = await hostLab({ user: user.name })
    await workOn(machine)
  })
})
