import { expect, test } from 'vitest'
import { runFake } from '../../../../test/helpers/fake-cli.ts'
import { processDetail, processRow, rowStart, sessionRow, upLife } from '../../../../test/helpers/rows.ts'
import { failure, success } from '../../../shared/domain/result.ts'
import type { ProcessRow } from '../../../shared/domain/rows.ts'
import { printable } from '../printable.ts'

const snapshotOf = (...processes: ProcessRow[]) =>
  success({ sessions: [sessionRow()], processes, dependences: [], hosts: [] })
const listOf = (...processes: ProcessRow[]) => ({ 'rows.list': () => snapshotOf(...processes) })

const hostile = '\x1b]0;owned\x07\x1b[2J\r\nroot'

test('show: one line for each process, under titles', async () => {
  const stopped = processRow({
    alias: null,
    name: 'cuddly-sister',
    life: { kind: 'down', since: 0, reason: 'Stopped by you' },
  })
  const { code, stdout } = await runFake(['session', 'show'], { answers: listOf(processRow(), stopped) })
  expect(code).toBe(0)
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))
  expect(lines[0]?.slice(0, 5)).toEqual(['ALIAS', 'NAME', 'HOST', 'STATUS', 'STATE'])
  expect(lines[1]).toEqual([
    'master.tws',
    'sparkling-guarantee',
    'localhost',
    'Running',
    '-',
    '1234',
    '1 m',
    '2',
    '1',
    '1',
  ])
  expect(lines[2]).toEqual(expect.arrayContaining(['cuddly-sister', 'Stopped', 'Stopped by you']))
})

test('show --json is the array and nothing else', async () => {
  const { stdout, stderr } = await runFake(['session', 'show', '--json'], { answers: listOf(processRow()) })
  expect(JSON.parse(stdout)).toMatchObject([{ alias: 'master.tws', session: 'atlas', uptime_s: 61 }])
  expect(stderr).toBe('')
})

test('show NAME: everything, and the latest runs', async () => {
  const end = { code: 7, signal: null, at: rowStart - 1000, reason: null }
  const run = { run: 2, startedAt: rowStart - 5000, endedAt: end.at, end, pid: 99, outOffset: 0, errOffset: 0 }
  const answers = { ...listOf(processRow()), 'process.show': () => success({ ...processDetail(), runs: [run] }) }
  const { stdout, calls } = await runFake(['session', 'show', 'master'], { answers })
  expect(calls.at(-1)?.input).toEqual({ workspace: '/w', ref: 'master' })
  for (const part of [
    'sparkling-guarantee',
    'atlas',
    '1234',
    'API_KEY PATH',
    'SIGTERM',
    'Exited with code 7',
    'after 4 s',
  ]) {
    expect(stdout).toContain(part)
  }
})

test.each([[['session', 'show']], [['session', 'show', 'x']], [['session', 'list']]])(
  'a hostile process cannot steer the terminal: %j',
  async (argv) => {
    const row = processRow({
      alias: hostile,
      argv: [hostile],
      uri: hostile,
      life: { kind: 'failed', since: 0, because: 'could-not-start', reason: hostile },
    })
    const detail = { ...processDetail(row), cwd: hostile, envNames: [hostile] }
    const answers = {
      'rows.list': () =>
        success({
          sessions: [sessionRow({ name: hostile, path: hostile, problems: [hostile] })],
          processes: [row],
          dependences: [],
          hosts: [],
        }),
      'process.show': () => success(detail),
    }
    for (const isTerminal of [false, true]) {
      const { stdout } = await runFake(argv, { answers, isTerminal })
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of ours
      const text = stdout.replace(/\x1b\[\d+m/g, '').replaceAll('\n', '')
      expect(text).toBe(printable(text))
      expect(stdout).not.toMatch(/^root/m)
    }
  },
)

test('start -- command: what was asked, the environment of the caller, and the pid as soon as it is known', async () => {
  const starting = processRow({ life: { kind: 'starting', run: 1, since: rowStart, program: null, readyBy: null } })
  let looks = 0
  const answers = {
    ...listOf(),
    'process.start': () => success({ process: starting, changed: [], warnings: ['Arguments are visible'] }),
    'process.show': () => success(processDetail(++looks < 3 ? starting : processRow({ life: upLife(77) }))),
  }
  const argv = [
    'session',
    'start',
    '-a',
    'master.tws',
    '-r',
    '0',
    '-s',
    '1',
    '--cwd',
    'sub',
    '--env',
    'A=1',
    '--secret-env',
    'KEY',
  ]
  const more = ['--stop-signal', 'int', '--grace', '2.5', '--force', '--arg', '-v', '--', 'sh', '-c', 'sleep 9']
  const { code, stdout, stderr, calls } = await runFake([...argv, ...more], {
    answers,
    environment: { PATH: '/bin', KEY: 'hunter2', OTHER: 'x' },
  })
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Started master.tws (sparkling-guarantee), pid 77\n' })
  expect(stderr).toBe('procession: warning: Arguments are visible\n')
  expect(calls[0]).toEqual({
    method: 'process.start',
    input: {
      workspace: '/w',
      argv: ['sh', '-c', 'sleep 9'],
      args: ['-v'],
      alias: 'master.tws',
      restart: 'never',
      shutdown: true,
      cwd: '/w/sub',
      env: { A: '1' },
      secretEnv: { KEY: 'hunter2' },
      stopSignal: 'SIGINT',
      graceMs: 2500,
      callerEnv: { PATH: '/bin' },
      force: true,
      adopt: false,
      launch: true,
    },
  })
})

test('start --json: the process, what changed, the warnings', async () => {
  const answers = {
    ...listOf(),
    'process.start': () => success({ process: processRow(), changed: ['restart'], warnings: [] }),
  }
  const { stdout } = await runFake(['session', 'start', '--json', '--uri', 'exec:///x'], { answers })
  expect(JSON.parse(stdout)).toMatchObject({ pid: 1234, session: 'atlas', changed: ['restart'], warnings: [] })
})

test('start of a program that cannot run says why and exits with 1', async () => {
  const failed = processRow({
    life: { kind: 'failed', since: 0, because: 'could-not-start', reason: 'could not start: not found' },
  })
  const answers = { ...listOf(), 'process.start': () => success({ process: failed, changed: [], warnings: [] }) }
  const { code, stdout, stderr } = await runFake(['session', 'start', '--', 'nope'], { answers })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain('master.tws (sparkling-guarantee) failed: could not start: not found')
})

test('start --no-launch records', async () => {
  const recorded = processRow({ life: { kind: 'new' } })
  const answers = { ...listOf(), 'process.start': () => success({ process: recorded, changed: [], warnings: [] }) }
  const { stdout, calls } = await runFake(['session', 'start', '--no-launch', '-u', 'exec:///x'], { answers })
  expect(stdout).toBe('Recorded master.tws (sparkling-guarantee)\n')
  expect(calls[0]?.input).toMatchObject({ launch: false, uri: 'exec:///x' })
})

test('start NAME: stored definitions, several at once', async () => {
  const rows = [processRow(), processRow({ alias: null, name: 'cuddly-sister', life: upLife(88) })]
  const { stdout, calls } = await runFake(['session', 'start', 'master', 'cuddly-sister'], {
    answers: { 'process.startKnown': () => success(rows) },
    environment: { PATH: '/bin' },
  })
  expect(stdout).toBe('Started master.tws (sparkling-guarantee), pid 1234\nStarted cuddly-sister, pid 88\n')
  expect(calls[0]?.input).toEqual({
    targets: [
      { workspace: '/w', ref: 'master' },
      { workspace: '/w', ref: 'cuddly-sister' },
    ],
    callerEnv: { PATH: '/bin' },
    force: false,
    adopt: false,
  })
})

test.each([
  ['nothing', []],
  ['a name and a URI', ['web', '-u', 'exec:///x']],
  ['a URI and a command', ['-u', 'exec:///x', '--', 'ls']],
  ['no command after --', ['--']],
  ['a name with a definition', ['web', '--restart', '1']],
  ['a name with --no-launch', ['web', '--no-launch']],
  ['a bad policy', ['--restart', 'sometimes', '--', 'ls']],
  ['a bad variable', ['--env', 'A', '--', 'ls']],
  ['a secret that is nowhere', ['--secret-env', 'KEY', '--', 'ls']],
])('start with %s is refused before anything starts', async (_, argv) => {
  const { code, stderr, calls } = await runFake(['session', 'start', ...argv])
  expect(code).toBe(2)
  expect(stderr.trimEnd().split('\n').length).toBeGreaterThan(1)
  expect(calls).toEqual([])
})

test('stop: exit 1 names the survivors', async () => {
  const down = processRow({ life: { kind: 'down', since: 0, reason: 'Stopped by you' } })
  const stuck = processRow({ alias: 'stuck', name: 'deep-water' })
  const report = { processes: [down, stuck], survivors: [{ name: 'stuck', pids: [8, 9] }] }
  const { code, stdout, stderr, calls } = await runFake(['session', 'stop', '--now', 'master.tws', 'stuck'], {
    answers: { 'process.stop': () => success(report) },
  })
  expect({ code, stdout }).toEqual({ code: 1, stdout: 'Stopped master.tws (sparkling-guarantee)\n' })
  expect(stderr).toContain('stuck could not be stopped: still alive: 8, 9')
  expect(calls[0]?.input).toMatchObject({ now: true, wait: true })
})

test('restart says the new pid', async () => {
  const report = { processes: [processRow({ life: upLife(555) })], survivors: [] }
  const { stdout } = await runFake(['session', 'restart', 'master.tws'], {
    answers: { 'process.restart': () => success(report) },
  })
  expect(stdout).toBe('Restarted master.tws (sparkling-guarantee), pid 555\n')
})

test.each([
  ['not_found', 3],
  ['ambiguous', 5],
  ['conflict', 5],
  ['not_permitted', 6],
  ['unreachable', 7],
] as const)('the failure %s: exit code %i, on standard error, what and what to do', async (code, exitCode) => {
  const answers = { 'process.stop': () => failure(code, 'It did not work', 'Do this\nor that') }
  const run = await runFake(['session', 'stop', 'web'], { answers })
  expect(run).toMatchObject({
    code: exitCode,
    stdout: '',
    stderr: 'procession: It did not work\n  Do this\n  or that\n',
  })
  const json = await runFake(['session', 'stop', 'web', '--json'], { answers })
  expect(JSON.parse(json.stderr)).toEqual({ error: { code, message: 'It did not work', hint: 'Do this\nor that' } })
})

test('init prints where it is, and whether it is new', async () => {
  const answers = { 'sessions.init': () => success({ session: sessionRow(), created: true }) }
  const { stdout, calls } = await runFake(['session', 'init', 'sub', '--name', 'atlas'], { answers })
  expect(stdout).toContain('/home/agp/workspace/atlas')
  expect(calls[0]?.input).toEqual({ path: '/w/sub', name: 'atlas' })
})

test('daemon status without a daemon: exit 7, and none is started', async () => {
  const { code, stderr, calls } = await runFake(['daemon', 'status'], { daemon: 'none' })
  expect(code).toBe(7)
  expect(stderr).toContain('No daemon runs for /h')
  expect(calls).toEqual([])
})

test('daemon stop without a daemon: exit 0', async () => {
  expect(await runFake(['daemon', 'stop'], { daemon: 'none' })).toMatchObject({ code: 0, stdout: 'No daemon runs\n' })
})

test('daemon stop ends a daemon of another version; its processes it cannot stop', async () => {
  const daemon = failure('version', 'The daemon speaks protocol 2, this program speaks 1.')
  const stop = await runFake(['daemon', 'stop'], { daemon })
  expect(stop).toMatchObject({ code: 0, stdout: 'Daemon stopped, pid 4711; its processes run on\n' })
  expect(await runFake(['daemon', 'stop', '--processes'], { daemon })).toMatchObject({ code: 7, stdout: '' })
})

test('daemon start beside a running one: exit 0 and its pid', async () => {
  expect(await runFake(['daemon', 'start'])).toMatchObject({ code: 0, stdout: 'Daemon runs already, pid 4711\n' })
})

test('open without a display points to serve', async () => {
  const { code, stderr } = await runFake(['open'], { environment: {} })
  expect(code).toBe(1)
  expect(stderr).toContain('procession serve')
})
