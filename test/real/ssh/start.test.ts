import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { ourNode, pidOf } from '../../helpers/daemon-lab.ts'
import { filesWith } from '../../helpers/files-with.ts'
import { sharedHostLab } from '../../helpers/host-lab.ts'
import { until } from '../../helpers/until.ts'

const shared = sharedHostLab()

/** Listens on a port that the kernel chooses, then says `ready`. */
const listening = "require('node:net').createServer().listen(0, '127.0.0.1', () => console.log('ready'))"

/** All command lines of this machine, as `ps` shows them, until it is told to end. */
function watchCommandLines() {
  const seen = new Set<string>()
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      for (const name of readdirSync('/proc')) if (/^\d+$/.test(name)) seen.add(commandLineOf(name))
      await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  return async () => {
    isOver = true
    await watching
    return [...seen]
  }
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

describe('what is started there', () => {
  test('gets its environment and secrets, which no command line ever shows, and the environment of a login', async () => {
    const { machine } = shared
    const session = await machine.session()
    const secret = 'sesame-4711'
    const plain = "it's $HOME `here`\n\\n"
    const script =
      'printf "%s|" "$API_KEY" "$PLAIN" "$HOME" "$PROCESSION_ALIAS" "$PROCESSION_SESSION" "$MAIL_OF_CALLER"'
    const commandLines = watchCommandLines()
    const { process } = await machine.lab.ask('process.start', {
      workspace: session.workspace,
      host: machine.host,
      argv: ['sh', '-c', `${script}; exec sleep 1000`],
      alias: 'env',
      env: { PLAIN: plain },
      secretEnv: { API_KEY: secret },
      callerEnv: { PATH: '/nowhere', MAIL_OF_CALLER: 'x' },
    })
    const seen = await commandLines()
    expect(process.argv.slice(0, 2)).toEqual(['/usr/bin/env', 'sh'])
    await until(() => readFileSync(path.join(session.workspace, 'out', `${process.name}.out`), 'utf8').length > 0, {
      what: 'the output',
    })
    const output = readFileSync(path.join(session.workspace, 'out', `${process.name}.out`), 'utf8')
    expect(output).toBe([secret, plain, machine.home, 'env', path.basename(session.workspace), '', ''].join('|'))
    expect(seen.some((line) => line.includes('sleep'))).toBe(true)
    expect(seen.filter((line) => line.includes(secret) || line.includes(plain))).toEqual([])
    const files = [...filesWith(machine.state, secret), ...filesWith(machine.lab.folder, secret)]
    expect(files.filter((file) => !file.includes('/out/') && file !== machine.lab.places.secrets)).toEqual([])
  })

  test('by a URI has its pairs as arguments, and its secret ones', async () => {
    const { machine } = shared
    const session = await machine.session()
    const uri = `exec://${machine.host}/bin/echo?user=ada&password=sesame&user=b%20c`
    const { process, warnings } = await machine.lab.ask('process.start', {
      workspace: session.workspace,
      uri,
      alias: 'echo',
      restart: 'never',
    })
    expect(process).toMatchObject({ host: machine.host, argv: ['/bin/echo', 'user=ada', 'password=•••', 'user=b c'] })
    expect(warnings.join()).toContain('--secret-env')
    await session.untilLife('echo', 'exited')
    expect(machine.output(session, process)).toBe('user=ada password=sesame user=b c\n')
  })

  test.for([
    ['~', ''],
    ['~/a b', 'a b'],
  ])('begins in the folder %s', async ([cwd = '', name = '']) => {
    const { machine } = shared
    const session = await machine.session()
    const folder = machine.folder(name)
    const row = await machine.run(session, 'where', 'pwd', { cwd, restart: 'never' })
    await session.untilLife('where', 'exited')
    expect(machine.output(session, row)).toBe(`${folder}\n`)
  })

  test('in a folder or of a program that is not there fails in words, and is not tried again', async () => {
    const { machine } = shared
    const session = await machine.session()
    const start = (alias: string, more: object) =>
      machine.lab.try('process.start', {
        workspace: session.workspace,
        host: machine.host,
        argv: ['true'],
        alias,
        ...more,
      })
    const missing = await start('a', { cwd: '/nowhere/at/all' })
    expect(missing).toMatchObject({ ok: false, message: expect.stringContaining('/nowhere/at/all') })
    expect(missing).toMatchObject({ message: expect.stringContaining(machine.host) })
    const program = await start('b', { argv: ['/opt/nothing'] })
    expect(program).toMatchObject({ message: `Could not start b: /opt/nothing not found on ${machine.host}.` })
    const relative = await start('c', { cwd: 'here' })
    expect(relative).toMatchObject({ ok: false, code: 'bad_input' })
    const terminal = await start('d', { pty: true })
    expect(terminal).toMatchObject({ ok: false, code: 'unsupported' })
    for (const alias of ['a', 'b']) expect(await session.row(alias)).toMatchObject({ life: { kind: 'failed' }, run: 1 })
  })
})

describe('readiness is looked at on the host', () => {
  test('by a port', async () => {
    const { machine } = shared
    const session = await machine.session()
    const port = machine.sshd.port
    await machine.run(session, 'port', 'exec sleep 1000', { ready: readyWhen({ kind: 'port', port }) })
    await session.untilLife('port', 'up')
  })

  test('by a command, in the folder of the program and the environment of a login', async () => {
    const { machine } = shared
    const session = await machine.session()
    const cwd = machine.folder('command')
    const argv = ['sh', '-c', `[ "$XDG_STATE_HOME" = ${machine.home} ] && [ -e begun ]`]
    const script = 'while [ ! -e go ]; do sleep 0.05; done; : >begun; exec sleep 1000'
    await machine.run(session, 'command', script, { cwd, ready: readyWhen({ kind: 'command', argv }) })
    expect(await session.row('command')).toMatchObject({ life: { kind: 'starting' } })
    await machine.run(session, 'helper', ': >go', { cwd, restart: 'never' })
    await session.untilLife('command', 'up')
  })

  test('by its log, and by an expression', async () => {
    const { machine } = shared
    const session = await machine.session()
    const argv = [ourNode(), '-e', listening]
    const more = { workspace: session.workspace, host: machine.host, argv, restart: 'always' } as const
    await machine.lab.ask('process.start', {
      ...more,
      alias: 'log',
      ready: readyWhen({ kind: 'log', pattern: '^rea.y' }),
    })
    const expr = "len(fp['listen']) == 1"
    await machine.lab.ask('process.start', { ...more, alias: 'expr', ready: readyWhen({ kind: 'expr', expr }) })
    await session.untilLife('log', 'up')
    await session.untilLife('expr', 'up')
  })

  test('and one that is not ready in time has failed', async () => {
    const { machine } = shared
    const session = await machine.session()
    const ready = { check: { kind: 'command', argv: ['false'] }, intervalMs: 50, timeoutMs: 500 } as const
    await machine.run(session, 'never', 'exec sleep 1000', { ready, restart: 'never' })
    await session.untilLife('never', 'failed')
    expect(await session.row('never')).toMatchObject({ life: { because: 'not-ready' } })
  })
})

const readyWhen = <Check>(check: Check) => ({ check, intervalMs: 100, timeoutMs: 60_000 })

describe('states', () => {
  test('a state that was saved there lets children go, here and there', async () => {
    const { machine } = shared
    const session = await machine.session()
    const argv = [ourNode(), '-e', listening]
    const start = { workspace: session.workspace, argv, restart: 'always' } as const
    await machine.lab.ask('process.start', { ...start, host: machine.host, alias: 'tws' })
    const wait = await machine.cli(
      ...([
        session,
        'session',
        'wait',
        '--alias',
        'tws',
        '--condition',
        "len(fp['listen'])>0",
        '--timeout',
        '30',
      ] as const),
    )
    expect(wait).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.cli(session, 'session', 'attach', '--alias', 'tws', '--state', 'operative')).toMatchObject({
      code: 0,
    })

    await machine.lab.startScript('trader', 'exec sleep 1000', { workspace: session.workspace, launch: false })
    await machine.run(session, 'far', 'exec sleep 1000', { launch: false })
    await session.depend(['tws:operative', 'trader'], ['trader', 'far'])
    await session.stop('tws')
    await machine.lab.ask('process.startKnown', { targets: [session.target('trader'), session.target('far')] })
    expect(await session.row('trader')).toMatchObject({
      life: { kind: 'blocked' },
      waitingFor: [{ kind: 'parent', name: 'tws' }],
    })
    expect(await session.row('far')).toMatchObject({ life: { kind: 'blocked' }, waitingFor: [{ name: 'trader' }] })
    await machine.lab.ask('process.startKnown', { targets: [session.target('tws')] })
    await session.untilLife('far', 'up')
    expect(await session.row('tws')).toMatchObject({ state: 'operative', score: 1 })
    const trader = await session.row('trader')
    expect(trader).toMatchObject({ host: 'local', life: { kind: 'up' } })

    const shown = JSON.parse((await machine.cli(session, '--json', 'session', 'show', 'tws')).stdout)
    expect(shown).toMatchObject({
      host: machine.host,
      life: 'up',
      state: 'operative',
      pid: pidOf(await session.row('tws')),
      uptime_s: expect.any(Number),
      run: 2,
      cmdline: argv,
      cwd: '~',
      uri: expect.stringContaining(`exec://${machine.host}`),
      children: ['trader'],
      states: ['operative'],
      fp: {
        cmdline: argv,
        listen: [expect.stringContaining('127.0.0.1:')],
        exe: realpathSync(ourNode()),
        cwd: machine.home,
      },
    })
  })
})
