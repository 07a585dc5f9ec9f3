import { expect, test } from 'vitest'
import { runFake } from '../../../../test/helpers/fake-cli.ts'
import { processRow, rowStart, sessionRow, upLife } from '../../../../test/helpers/rows.ts'
import { failure, success } from '../../../shared/domain/result.ts'
import type { ProcessRow } from '../../../shared/domain/rows.ts'

const listening = "len(fp['listen'])>0"
const held = { kind: 'held', process: processRow() } as const
const list = (...processes: ProcessRow[]) => ({
  'rows.list': () => success({ sessions: [sessionRow()], processes, dependences: [], hosts: [] }),
})

test('a condition that holds: exit 0 and one line', async () => {
  const argv = ['session', 'wait', '--alias', 'master.tws', '--condition', listening, '--timeout', '60']
  const { code, stdout, stderr, calls } = await runFake(argv, { feeds: { 'process.wait': [held] } })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toBe("master.tws (sparkling-guarantee): len(fp['listen'])>0 holds\n")
  expect(calls).toEqual([
    {
      method: 'process.wait',
      input: {
        target: { workspace: '/w', ref: 'master.tws' },
        condition: listening,
        timeoutMs: 60_000,
        failOnExit: false,
      },
    },
  ])
})

test('without a condition until it is up', async () => {
  const { stdout, calls } = await runFake(['session', 'wait', 'master.tws', '--fail-on-exit'], {
    feeds: { 'process.wait': [held] },
  })
  expect(stdout).toBe('master.tws (sparkling-guarantee) is up\n')
  expect(calls[0]?.input).toMatchObject({ condition: null, timeoutMs: null, failOnExit: true })
})

test('--json prints the row', async () => {
  const { stdout } = await runFake(['session', 'wait', 'master.tws', '--json'], {
    feeds: { 'process.wait': [held] },
    answers: list(processRow()),
  })
  expect(JSON.parse(stdout)).toMatchObject({ alias: 'master.tws', session: 'atlas', pid: 1234 })
})

test.each([
  ['60', 60_000],
  ['0.5', 500],
  ['.5', 500],
  ['1e1', 10_000],
  ['0', null],
  ['-1', null],
  ['-0.5', null],
])('--timeout %s is %s ms (null: for ever)', async (text, timeoutMs) => {
  const { calls } = await runFake(['session', 'wait', 'x', '-t', text], { feeds: { 'process.wait': [held] } })
  expect(calls[0]?.input).toMatchObject({ timeoutMs })
})

test.each(['NaN', 'nan', 'inf', 'soon', '', '1e9', '0x10', '1 s'])('--timeout %j is refused', async (text) => {
  const run = await runFake(['session', 'wait', 'x', `--timeout=${text}`])
  expect(run).toMatchObject({ code: 2, calls: [], stdout: '' })
})

test.each([
  [['-t', '60', '-c', listening], "procession: timeout after 60 s waiting for len(fp['listen'])>0\n"],
  [['-t', '0.5'], "procession: timeout after 0.5 s waiting for life == 'up'\n"],
])('timed out %j: exit 4', async (argv, message) => {
  const run = await runFake(['session', 'wait', 'x', ...argv], { feeds: { 'process.wait': [{ kind: 'timeout' }] } })
  expect(run).toMatchObject({ code: 4, stdout: '', stderr: message })
})

test('ended with --fail-on-exit: exit 1, and how it ended', async () => {
  const end = { code: 7, signal: null, at: rowStart, reason: null }
  const process = processRow({ life: { kind: 'exited', run: 1, end } })
  const run = await runFake(['session', 'wait', 'x', '--fail-on-exit'], {
    feeds: { 'process.wait': [{ kind: 'ended', process }] },
  })
  expect(run).toMatchObject({ code: 1, stdout: '' })
  expect(run.stderr).toContain('master.tws (sparkling-guarantee) is not running: Exited with code 7')
})

test('ended without --fail-on-exit, because it was detached: no next run is promised', async () => {
  const reason = 'It was detached while it was waited for'
  const process = processRow({ life: { kind: 'down', since: rowStart, reason } })
  const run = await runFake(['session', 'wait', 'x'], { feeds: { 'process.wait': [{ kind: 'ended', process }] } })
  expect(run).toMatchObject({ code: 1, stdout: '' })
  expect(run.stderr).toContain(reason)
  expect(run.stderr).not.toContain('next run')
})

test('a notice goes to standard error, once', async () => {
  const notice = { kind: 'notice', message: 'No such key in this sample: listen' } as const
  const { stdout, stderr } = await runFake(['session', 'wait', 'x'], {
    feeds: { 'process.wait': [notice, notice, held] },
  })
  expect(stderr).toBe('procession: No such key in this sample: listen\n')
  expect(stdout).toContain('is up')
})

test('a condition that cannot be read: exit 2 with what the daemon says', async () => {
  const bad = failure('bad_input', 'Column 4: unknown name fpp', 'Names: fp, state')
  const run = await runFake(['session', 'wait', 'x', '-c', '1+fpp'], { feeds: { 'process.wait': [bad] } })
  expect(run).toMatchObject({ code: 2, stderr: 'procession: Column 4: unknown name fpp\n  Names: fp, state\n' })
})

test('Ctrl-C ends it with 130 and without a word', async () => {
  const run = await runFake(['session', 'wait', 'x'], { feeds: { 'process.wait': [held] }, interrupted: true })
  expect(run).toMatchObject({ code: 130, stdout: '', stderr: '' })
})

const sleeper = processRow({ id: 'sleeper', alias: 'sleeper', uri: 'exec:///bin/sleep?token=•••', life: upLife(77) })

test.each([
  ['its URI, secrets left out of the comparison', ['--uri', 'exec:///bin/sleep?token=abc']],
  ['its pid', ['-p', '77']],
])('a process by %s', async (_, argv) => {
  const { code, calls } = await runFake(['session', 'wait', ...argv], {
    feeds: { 'process.wait': [{ kind: 'held', process: sleeper }] },
    answers: list(processRow(), sleeper),
  })
  expect(code).toBe(0)
  expect(calls.map(({ method }) => method)).toEqual(['rows.list', 'process.wait'])
  expect(calls[1]?.input).toMatchObject({ target: { id: 'sleeper' } })
})

test('a URI or pid that no process has: exit 3; that two have: exit 5, naming them', async () => {
  const answers = list(sleeper, processRow({ ...sleeper, id: 'other', alias: 'other' }))
  expect(await runFake(['session', 'wait', '-p', '99'], { answers })).toMatchObject({ code: 3 })
  expect(await runFake(['session', 'wait', '-u', 'exec:///bin/true'], { answers })).toMatchObject({ code: 3 })
  const both = await runFake(['session', 'wait', '-u', 'exec:///bin/sleep?token=x'], { answers })
  expect(both.code).toBe(5)
  expect(both.stderr).toMatch(/sleeper .*other /)
  expect(both.stderr).not.toContain('token=x')
})

test.each([[[]], [['x', '-a', 'x']], [['-n', 'x', '-p', '1']], [['-p', 'x']]])(
  'no name, two names or no pid is refused: %j',
  async (argv) => {
    expect(await runFake(['session', 'wait', ...argv])).toMatchObject({ code: 2, calls: [] })
  },
)
