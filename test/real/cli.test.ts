import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { builtCli, isAlive, liveChild, testHome } from '../helpers/home.ts'
import { until } from '../helpers/until.ts'

type Shown = {
  readonly name: string
  readonly alias: string | null
  readonly life: string
  readonly pid: number | null
  readonly run: number
  readonly uri: string
  readonly exit: { readonly code: number | null; readonly signal: string | null } | null
}

const counter = 'i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.05; done'

test('from init to stop: a process lives, is shown, logs, restarts and ends', async () => {
  await using home = await testHome()
  expect(await home.ok(['session', 'init', '--name', 'atlas'])).toContain(home.workspace)
  expect(await home.json(['session', 'init'])).toMatchObject({ name: 'atlas', path: home.workspace, created: false })

  const started = await home.ok(['session', 'start', '-a', 'counter', '-r', '0', '-s', '1', '--', 'sh', '-c', counter])
  const pid = Number(/^Started counter \([a-z]+-[a-z]+\), pid (\d+)$/m.exec(started)?.[1])
  expect(isAlive(pid)).toBe(true)

  expect(await home.json<Shown[]>(['session', 'show'])).toMatchObject([
    { session: 'atlas', alias: 'counter', life: 'up', pid, run: 1, restart: 'never', shutdown: true, exit: null },
  ])
  const below = path.join(home.workspace, 'below')
  mkdirSync(below)
  expect(await home.ok(['session', 'show'], { cwd: below })).toMatch(/^counter .*Running/m)
  expect(await home.ok(['session', 'show', 'cou'])).toContain(String(pid))
  expect(await home.json(['session', 'list'])).toMatchObject([{ name: 'atlas', processes: 1, running: 1 }])

  const lines = await until(async () => numbered(await home.ok(['session', 'logs', 'counter'])), { what: 'lines' })
  expect(lines).toEqual(lines.map((_, index) => index + 1))
  expect((await home.ok(['session', 'logs', 'counter', '-n', '2'])).trimEnd().split('\n')).toHaveLength(2)

  const restarted = await home.json<{ processes: Shown[] }>(['session', 'restart', 'counter'])
  expect(restarted.processes).toMatchObject([{ alias: 'counter', life: 'up', run: 2 }])
  expect(restarted.processes[0]?.pid).not.toBe(pid)
  expect(isAlive(pid)).toBe(false)

  expect(await home.ok(['session', 'stop', 'counter'])).toMatch(/^Stopped counter/)
  expect(await home.json<Shown[]>(['session', 'show'])).toMatchObject([{ life: 'down', pid: null }])
  expect(await home.ok(['session', 'start', 'counter'])).toMatch(/^Started counter .*, pid \d+$/m)
})

function numbered(output: string): number[] | null {
  const numbers = [...output.matchAll(/^line (\d+)$/gm)].map((match) => Number(match[1]))
  return numbers.length > 3 ? numbers : null
}

test('each failure has its exit code and says what, why and what to do', async () => {
  await using home = await testHome()
  await home.ok(['session', 'init'])
  for (const alias of ['worker-a', 'worker-b']) await home.ok(['session', 'start', '-a', alias, '--', 'sleep', '1000'])
  const file = path.join(home.folder, 'a file')
  writeFileSync(file, '')
  const cases: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['a workspace below a file', ['session', 'init', path.join(file, 'workspace')], 2, /a file/],
    ['a workspace that cannot be written', ['session', 'init', '/sys/workspace'], 6, /\/sys\/workspace/],
    ['no session here', ['-C', home.folder, 'session', 'show'], 3, /session init/],
    ['a missing program', ['session', 'start', '--', 'no-such-program'], 3, /no-such-program/],
    ['a missing absolute program', ['session', 'start', '-u', 'exec://localhost/no/such'], 3, /\/no\/such/],
    ['a URI without a scheme', ['session', 'start', '-u', 'nonsense'], 2, /scheme:\/\//],
    ['a URI of an unknown scheme', ['session', 'start', '-u', 'nope://localhost/x'], 2, /exec/],
    ['an alias with a colon', ['session', 'start', '-a', 'a:b', '--', 'sleep', '1'], 2, /a:b/],
    ['an alias that is taken', ['session', 'start', '-a', 'worker-a', '--', 'sleep', '7'], 5, /worker-a/],
    ['an unknown flag', ['session', 'start', '--bogus', '--', 'ls'], 2, /--bogus/],
    ['an unknown name', ['session', 'stop', 'nobody'], 3, /nobody/],
    ['an ambiguous prefix', ['session', 'stop', 'worker'], 5, /worker-a.*worker-b/s],
    ['what runs already', ['session', 'start', 'worker-a'], 5, /worker-a/],
  ]
  for (const [what, args, code, text] of cases) {
    const run = await home.run(args)
    expect(run, what).toMatchObject({ code, stdout: '' })
    expect(run.stderr, what).toMatch(text)
    expect(run.stderr.trimEnd().split('\n').length, `${what}: a remedy`).toBeGreaterThan(1)
    const json = JSON.parse((await home.run([...args.slice(0, 2), '--json', ...args.slice(2)])).stderr)
    expect(json, what).toMatchObject({ error: { message: expect.any(String), hint: expect.stringMatching(/./) } })
  }
})

test('a workspace that others could write is refused: it is executable input', async () => {
  await using home = await testHome()
  chmodSync(home.workspace, 0o777)
  const { code, stderr } = await home.run(['session', 'init'])
  expect(code).toBe(6)
  expect(stderr).toContain(home.workspace)
})

test('daemon: status starts none, start is idempotent, stop leaves processes running', async () => {
  await using home = await testHome()
  expect(await home.run(['daemon', 'status'])).toMatchObject({ code: 7, stdout: '' })
  expect(await home.run(['daemon', 'stop'])).toMatchObject({ code: 0, stdout: 'No daemon runs\n' })
  expect(await home.daemonPid()).toBeNull()

  const first = await home.ok(['daemon', 'start'])
  const pid = await home.daemonPid()
  expect(first).toBe(`Daemon started, pid ${pid}\n`)
  expect(await home.ok(['daemon', 'start'])).toBe(`Daemon runs already, pid ${pid}\n`)
  expect(await home.json(['daemon', 'status'])).toEqual({
    pid,
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    home: home.home,
    socket: path.join(home.home, 'daemon.sock'),
    http: [],
    uptime_s: expect.any(Number),
    processes: 0,
  })
  expect(statSync(path.join(home.home, 'daemon.sock')).mode & 0o777).toBe(0o600)

  await home.ok(['session', 'init'])
  const started = await home.json<Shown>(['session', 'start', '-a', 'sleeper', '--', 'sleep', '1000'])
  expect(await home.ok(['daemon', 'stop'])).toBe(`Daemon stopped, pid ${pid}; 1 of its processes run on\n`)
  expect(isAlive(started.pid ?? 0)).toBe(true)
  expect(await home.json<Shown[]>(['session', 'show'])).toMatchObject([{ life: 'up', pid: started.pid, run: 1 }])

  // With no daemon there, one is started for it: processes that outlived a crash are not forgotten.
  await home.ok(['daemon', 'stop'])
  expect(await home.ok(['daemon', 'stop', '--processes'])).toMatch(/^Daemon stopped, pid \d+\n$/)
  expect(isAlive(started.pid ?? 0)).toBe(false)
  expect(await home.ok(['daemon', 'logs'])).toMatch(/^\d{4}-\d\d-\d\dT.* INFO /m)
})

test('a socket and a lock of a dead daemon are replaced without a word', async () => {
  await using home = await testHome()
  await home.ok(['daemon', 'start'])
  const pid = (await home.daemonPid()) ?? 0
  process.kill(pid, 'SIGKILL')
  await until(() => !isAlive(pid), { what: 'the end of the daemon' })
  const { code, stderr } = await home.run(['session', 'list'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'No sessions yet. Make one: procession session init FOLDER\n' })
})

test('a daemon of another version: both versions are named, and daemon stop ends it', async () => {
  await using home = await testHome()
  mkdirSync(home.home, { mode: 0o700 })
  const script = path.join(import.meta.dirname, '..', 'fixtures', 'other-version-daemon.mjs')
  const other = liveChild(
    spawn(process.execPath, [script, path.join(home.home, 'daemon.sock')], { stdio: ['ignore', 'pipe', 'pipe'] }),
  )
  try {
    await until(() => other.output() !== '', { what: 'the other daemon' })
    const { code, stderr } = await home.run(['session', 'list'])
    expect(code).toBe(7)
    expect(stderr).toMatch(/999/)
    expect(stderr).toContain('procession daemon stop')
    expect(await home.ok(['daemon', 'stop'])).toContain(`pid ${other.pid}`)
    await other.ended
    expect(await home.run(['session', 'list'])).toMatchObject({ code: 0 })
  } finally {
    other.kill('SIGKILL')
  }
})

test('a daemon that is frozen is not taken for none; daemon stop ends it and its processes stay', async () => {
  await using home = await testHome()
  await home.ok(['session', 'init'])
  const { pid } = await home.json<Shown>(['session', 'start', '-a', 'sleeper', '--', 'sleep', '1000'])
  const daemon = (await home.daemonPid()) ?? 0
  process.kill(daemon, 'SIGSTOP')
  const status = await home.run(['daemon', 'status'])
  expect(status.code).toBe(7)
  expect(status.stderr).toContain(`pid ${daemon}`)
  expect(await home.ok(['daemon', 'stop'])).toContain(`pid ${daemon}`)
  expect(isAlive(daemon)).toBe(false)
  expect(await home.json<Shown[]>(['session', 'show'])).toMatchObject([{ alias: 'sleeper', life: 'up', pid, run: 1 }])
})

test('logs: bytes untouched into a pipe, safe on a terminal, whole with --raw', async () => {
  await using home = await testHome()
  await home.ok(['session', 'init'])
  const output = String.raw`\033[31mred\033[0m\033[2J\033]0;owned\007\001end\n`
  await home.ok([
    'session',
    'start',
    '-a',
    'hostile',
    '--',
    'sh',
    '-c',
    `printf '${output}'; echo oops >&2; sleep 1000`,
  ])
  const bytes = '\x1b[31mred\x1b[0m\x1b[2J\x1b]0;owned\x07\x01end\n'
  await until(async () => (await home.ok(['session', 'logs', 'hostile'])) === bytes, { what: 'the output' })
  await until(async () => (await home.ok(['session', 'logs', 'hostile', '--err'])) === 'oops\n', { what: 'the errors' })
  expect((await home.ok(['session', 'logs', 'hostile', '--merge'])).split('\n').sort()).toEqual(
    [bytes.trimEnd(), 'oops', ''].sort(),
  )
  expect(await onTerminal(home.env, home.workspace, ['session', 'logs', 'hostile'])).toBe('\x1b[31mred\x1b[0mend\r\n')
  expect(await onTerminal({ ...home.env, NO_COLOR: '1' }, home.workspace, ['session', 'logs', 'hostile'])).toBe(
    'redend\r\n',
  )
  expect(await onTerminal(home.env, home.workspace, ['session', 'logs', '--raw', 'hostile'])).toBe(
    bytes.replace('\n', '\r\n'),
  )
  const [line] = (await home.ok(['session', 'logs', 'hostile', '--json'])).split('\n')
  expect(JSON.parse(line ?? '')).toMatchObject({ stream: 'out', text: bytes.trimEnd() })
})

/** Runs the command line on a pseudo-terminal made by script(1); what it shows. */
async function onTerminal(
  env: Readonly<Record<string, string>>,
  cwd: string,
  args: readonly string[],
): Promise<string> {
  const command = [process.execPath, builtCli, ...args].map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd,
    env: { ...env, TERM: 'xterm' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return (await liveChild(child).ended).stdout
}

test('logs -f: lines come as they are written, Ctrl-C ends it with 130', async () => {
  await using home = await testHome()
  await home.ok(['session', 'init'])
  await home.ok(['session', 'start', '-a', 'counter', '--', 'sh', '-c', counter])
  const follow = home.start(['session', 'logs', 'counter', '-f', '-n', '1'])
  await until(() => (numbered(follow.output())?.length ?? 0) > 5, { what: 'lines that were followed' })
  follow.kill('SIGINT')
  expect(await follow.ended).toMatchObject({ code: 130, stderr: '' })
  const numbers = numbered(follow.output()) ?? []
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))
})

test('logs -f goes on behind the last line when the daemon is killed and comes back', async () => {
  await using home = await testHome()
  await home.ok(['session', 'init'])
  await home.ok(['session', 'start', '-a', 'counter', '--', 'sh', '-c', counter])
  const follow = home.start(['session', 'logs', 'counter', '-f'])
  await until(() => numbered(follow.output()), { what: 'lines' })
  process.kill((await home.daemonPid()) ?? 0, 'SIGKILL')
  await until(() => follow.errors().includes('went away'), { what: 'the loss to be said' })
  const before = numbered(follow.output())?.length ?? 0
  await home.ok(['daemon', 'start'])
  await until(() => (numbered(follow.output())?.length ?? 0) > before + 5, { what: 'more lines' })
  follow.kill('SIGINT')
  await follow.ended
  const numbers = numbered(follow.output()) ?? []
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
})

test('a reader that has enough ends logs -f without a word', async () => {
  await using home = await testHome()
  await home.ok(['session', 'init'])
  await home.ok(['session', 'start', '-a', 'counter', '--', 'sh', '-c', counter])
  const command = `'${process.execPath}' '${builtCli}' session logs counter -f | head -n 2; echo "$?"`
  const child = spawn('sh', ['-c', command], { cwd: home.workspace, env: home.env, stdio: ['ignore', 'pipe', 'pipe'] })
  expect(await liveChild(child).ended).toEqual({ code: 0, stdout: 'line 1\nline 2\n0\n', stderr: '' })
})

test('a password in a URI reaches the program and nothing else', async () => {
  await using home = await testHome()
  await home.ok(['session', 'init'])
  const program = path.join(home.folder, 'check.sh')
  writeFileSync(program, '#!/bin/sh\n[ "$1" = password=hunter2 ] && echo "it matches"\nexec sleep 1000\n', {
    mode: 0o755,
  })
  const uri = `exec://localhost${program}?password=hunter2`
  const start = await home.run(['session', 'start', '-a', 'secretive', '--uri', uri, '--json'])
  expect(start.code).toBe(0)
  await until(async () => (await home.ok(['session', 'logs', 'secretive'])) === 'it matches\n', { what: 'the program' })
  const shown = [
    start.stdout + start.stderr,
    await home.ok(['session', 'show', '--json']),
    await home.ok(['session', 'show', 'secretive', '--json']),
    await home.ok(['session', 'show', 'secretive']),
    await home.ok(['daemon', 'logs']),
  ]
  for (const text of shown) expect(text).not.toContain('hunter2')
  expect(shown[1]).toContain('password=•••')
  expect(filesWith('hunter2', home.workspace)).toEqual([])
  expect(filesWith('hunter2', home.home)).toEqual([path.join(home.home, 'secrets.json')])
})

function filesWith(text: string, folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text))
}

const firstLine = (output: string): string | undefined => /^(.*)\n/.exec(output)?.[1]

test('serve prints its address first, serves, and closes on Ctrl-C', async () => {
  await using home = await testHome()
  const serve = home.start(['serve', '--listen', '127.0.0.1:0', '--json'])
  const first = await until(() => firstLine(serve.output()), { what: 'the first line' })
  const { url, socket, pid } = JSON.parse(first)
  expect(socket).toBe(path.join(home.home, 'daemon.sock'))
  expect(pid).toBe(await home.daemonPid())
  const health = new URL('/healthz', url)
  expect(await (await fetch(health)).json()).toEqual({ ok: true })
  expect(await home.json(['daemon', 'status'])).toMatchObject({ http: [new URL(url).origin] })
  serve.kill('SIGINT')
  expect(await serve.ended).toMatchObject({ code: 0 })
  await until(async () => (await fetch(health).catch(() => null)) === null, { what: 'the listener to close' })
})

test('serve on an address that another program holds: exit 5', async () => {
  await using home = await testHome()
  await using other = await testHome()
  const serve = other.start(['serve', '--listen', '127.0.0.1:0', '--json'])
  const first = await until(() => firstLine(serve.output()), { what: 'the first line' })
  const { code, stderr } = await home.run(['serve', '--listen', new URL(JSON.parse(first).url).host])
  expect(code).toBe(5)
  expect(stderr).toContain(new URL(JSON.parse(first).url).host)
})

test('doctor says what works, changes nothing and starts nothing', async () => {
  await using home = await testHome()
  const checks = await home.json<{ name: string; state: string; needed: boolean }[]>(['doctor'])
  const states = new Map(checks.map(({ name, state }) => [name, state]))
  for (const needed of ['system', 'node', 'home', 'secrets file', 'daemon']) expect(states.get(needed)).toBe('ok')
  for (const name of ['electron', 'display', 'ssh', 'docker', 'gpu', 'slurm']) expect(states.has(name)).toBe(true)
  expect(readdirSync(home.folder)).toEqual(['workspace'])

  mkdirSync(home.home, { mode: 0o700 })
  writeFileSync(path.join(home.home, 'secrets.json'), '{}', { mode: 0o644 })
  const broken = await home.run(['doctor'])
  expect(broken.code).toBe(1)
  expect(broken.stdout).toMatch(/^problem +secrets file +mode 644 instead of 600\n +Run: chmod 600 /m)
})
