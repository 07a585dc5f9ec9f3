import { expect, test } from 'vitest'
import { runFake } from '../../../../test/helpers/fake-cli.ts'
import { processRow, sessionRow } from '../../../../test/helpers/rows.ts'
import { failure, success } from '../../../shared/domain/result.ts'

const attached = (savedState: string | null, notices: string[] = []) => ({
  'process.attach': () => success({ process: processRow(), savedState, notices }),
  'rows.list': () => success({ sessions: [sessionRow()], processes: [], dependences: [], hosts: [] }),
})

test.each([
  [['--pid', '12814'], { program: { pid: 12814 } }],
  [['-p', '12814', '-a', 'master.tws'], { program: { pid: 12814 }, alias: 'master.tws' }],
  [
    ['--pid', '12814', '--alias', 'master.tws', '--restart', '1'],
    { program: { pid: 12814 }, alias: 'master.tws', restart: 'always' },
  ],
  [
    ['--pid', '12814', '--alias', 'a', '--restart', '1', '--state', 'operative', '-s', '1'],
    { program: { pid: 12814 }, alias: 'a', restart: 'always', state: 'operative', shutdown: true },
  ],
  [['-c', '-v /opt/tws'], { program: { cmdline: '-v /opt/tws' } }],
  [['--host', 'gpu-01', '-p', '7'], { program: { pid: 7 }, host: 'gpu-01' }],
  [['-u', 'exec:///opt/tws'], { program: { uri: 'exec:///opt/tws' } }],
  [['--alias', 'a', '--state', 'operative'], { program: null, alias: 'a', state: 'operative' }],
])('attach %j', async (argv, input) => {
  const { code, calls } = await runFake(['session', 'attach', ...argv], { answers: attached(null) })
  expect(code).toBe(0)
  expect(calls).toEqual([{ method: 'process.attach', input: { workspace: '/w', ...input } }])
})

test('attach says what it did, with the flags that hold now', async () => {
  const { stdout, stderr } = await runFake(['session', 'attach', '-p', '1234', '--state', 'operative'], {
    answers: attached('operative', ['attached: its output goes where it was started']),
  })
  expect(stdout).toBe(
    'Attached master.tws (sparkling-guarantee), pid 1234; restart 1, shutdown 1\n' +
      'Saved the state operative of master.tws (sparkling-guarantee)\n',
  )
  expect(stderr).toBe('procession: attached: its output goes where it was started\n')
})

test('attach by alias alone saves the state, and says only that', async () => {
  const { stdout } = await runFake(['session', 'attach', '-a', 'master.tws', '--state', 'operative'], {
    answers: attached('operative'),
  })
  expect(stdout).toBe('Saved the state operative of master.tws (sparkling-guarantee)\n')
})

test('attach --json', async () => {
  const { stdout } = await runFake(['session', 'attach', '-p', '1234', '--json'], { answers: attached(null, ['n']) })
  expect(JSON.parse(stdout)).toMatchObject({ alias: 'master.tws', session: 'atlas', saved_state: null, notices: ['n'] })
})

test.each([
  ['two programs', ['--pid', '1', '--uri', 'exec:///x']],
  ['a pid and a command line', ['--pid', '1', '-c', 'x']],
  ['no program and no alias', ['--state', 'operative']],
  ['nothing', []],
  ['an alias alone', ['--alias', 'a']],
  ['a pid that is none', ['--pid', '0']],
  ['a pid that is too high', ['--pid', '4194305']],
  ['a host that is none', ['--pid', '1', '--host', 'a b']],
  ['a host and a URI', ['-u', 'exec:///x', '--host', 'gpu-01']],
  ['a host alone', ['-a', 'a', '--state', 's', '--host', 'gpu-01']],
  ['a bad policy', ['--pid', '1', '-r', 'sometimes']],
])('attach with %s is refused before anything is asked', async (_, argv) => {
  expect(await runFake(['session', 'attach', ...argv])).toMatchObject({ code: 2, calls: [], stdout: '' })
})

test('the pid of another user: exit 6', async () => {
  const answers = { 'process.attach': () => failure('not_permitted', 'Pid 1 belongs to root') }
  expect(await runFake(['session', 'attach', '-p', '1'], { answers })).toMatchObject({ code: 6 })
})

test('detach', async () => {
  const answers = { 'process.detach': () => success({ name: 'master.tws', pid: 1234 }) }
  const { stdout, calls } = await runFake(['session', 'detach', 'master'], { answers })
  expect(stdout).toBe('Detached master.tws; its program runs on, pid 1234\n')
  expect(calls[0]?.input).toEqual({ target: { workspace: '/w', ref: 'master' }, purge: false })
  const purged = await runFake(['session', 'detach', 'master', '--purge', '--json'], { answers })
  expect(JSON.parse(purged.stdout)).toEqual({ name: 'master.tws', pid: 1234, purged: true })
})
