import { expect, test } from 'vitest'
import { runFake } from '../../../../test/helpers/fake-cli.ts'
import { processRow, rowStart, sessionRow } from '../../../../test/helpers/rows.ts'
import type { SavedState } from '../../../shared/domain/fingerprint.ts'
import { failure, success } from '../../../shared/domain/result.ts'

const fingerprint = { cmdline: ['/opt/tws'], listen: ['*:7496'], established: null, udp: [], files: [] }
const byExpression: SavedState = {
  label: 'operative',
  fingerprint: null,
  when: 'size(fp.listen) > 0',
  ignore: [],
  require: [],
  savedAt: rowStart,
}
const saved: SavedState = { ...byExpression, label: 'running', fingerprint, when: null, require: ['*:7496', '*:1'] }

test.each([
  [
    ['--alias', 'x', '--state', 'operative', '--when', 'size(fp.listen) > 0'],
    { label: 'operative', when: 'size(fp.listen) > 0' },
  ],
  [
    ['x', '--state', 'running', '--ignore', '/tmp/a', '--ignore', '/tmp/b', '--require', '*:1'],
    { label: 'running', when: null, ignore: ['/tmp/a', '/tmp/b'], require: ['*:1'] },
  ],
])('define %j', async (argv, input) => {
  const { code, stdout, calls } = await runFake(['session', 'state', 'define', ...argv], {
    answers: { 'states.define': () => success(byExpression) },
  })
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'Defined the state operative of x when size(fp.listen) > 0\n',
  })
  expect(calls).toEqual([{ method: 'states.define', input: { target: { workspace: '/w', ref: 'x' }, ...input } }])
})

test.each([
  ['define', ['--state', 's', '--when', 'true']],
  ['define', ['x', '--alias', 'x', '--state', 's', '--when', 'true']],
  ['define', ['x', '--when', 'true']],
  ['define', ['x', '--state', 's']],
  ['list', []],
  ['list', ['x', '-a', 'x']],
  ['remove', ['x']],
  ['remove', ['--state', 's']],
  ['remove', ['x', 's', '--state', 's']],
  ['remove', ['x', 's', '--alias', 'x']],
])('%s %j is refused before anything is asked', async (verb, argv) => {
  expect(await runFake(['session', 'state', verb, ...argv])).toMatchObject({ code: 2, calls: [], stdout: '' })
})

test('an expression that cannot be read: exit 2', async () => {
  const answers = { 'states.define': () => failure('bad_input', 'Column 6: expected an operand') }
  const run = await runFake(['session', 'state', 'define', 'x', '--state', 's', '--when', '1 +'], { answers })
  expect(run).toMatchObject({ code: 2 })
})

test('list', async () => {
  const answers = { 'states.list': () => success([saved, byExpression]) }
  const { stdout, calls } = await runFake(['session', 'state', 'list', '-a', 'x'], { answers })
  const cells = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))
  expect(cells[0]).toEqual(['STATE', 'SAVED', 'RECOGNISED', 'REQUIRED', 'IGNORED'])
  expect(cells[1]?.filter((_, index) => index !== 1)).toEqual(['running', 'by its fingerprint', '*:7496 *:1', '-'])
  expect(cells[2]?.filter((_, index) => index !== 1)).toEqual(['operative', 'when size(fp.listen) > 0', '-', '-'])
  expect(calls[0]?.input).toEqual({ workspace: '/w', ref: 'x' })
  const json = await runFake(['session', 'state', 'list', 'x', '--json'], { answers })
  expect(JSON.parse(json.stdout)[0]).toEqual({
    label: 'running',
    when: null,
    fp: fingerprint,
    ignore: [],
    require: ['*:7496', '*:1'],
    saved_at: '2026-01-02T03:04:05.006Z',
  })
})

test('list of none says how to save one', async () => {
  const { code, stdout, stderr } = await runFake(['session', 'state', 'list', 'x'], {
    answers: { 'states.list': () => success([]) },
  })
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(stderr).toContain('session attach --alias x --state LABEL')
})

test.each([[['x', 'running']], [['--alias', 'x', 'running']], [['-a', 'x', '--state', 'running']]])(
  'remove %j',
  async (argv) => {
    const answers = { 'states.remove': () => success([byExpression]) }
    const { stdout, calls } = await runFake(['session', 'state', 'remove', ...argv], { answers })
    expect(stdout).toBe('Removed the state running of x\n')
    expect(calls[0]?.input).toEqual({ target: { workspace: '/w', ref: 'x' }, label: 'running' })
    const json = await runFake(['session', 'state', 'remove', ...argv, '--json'], { answers })
    expect(JSON.parse(json.stdout)).toMatchObject([{ label: 'operative' }])
  },
)

test('secret set: values of the environment, then of the person', async () => {
  const answers = {
    'process.setSecrets': () => success(processRow()),
    'rows.list': () => success({ sessions: [sessionRow()], processes: [], dependences: [], hosts: [] }),
  }
  const options = { answers, environment: { API_KEY: 'hunter2' }, askSecret: () => 'typed' }
  const { stdout, stderr, calls } = await runFake(['session', 'secret', 'set', 'x', 'API_KEY', 'TOKEN'], options)
  expect(stdout).toBe('Stored API_KEY, TOKEN of master.tws (sparkling-guarantee)\n')
  expect(stdout + stderr).not.toContain('hunter2')
  expect(calls).toEqual([
    {
      method: 'process.setSecrets',
      input: { target: { workspace: '/w', ref: 'x' }, env: { API_KEY: 'hunter2', TOKEN: 'typed' } },
    },
  ])
  const json = await runFake(['session', 'secret', 'set', 'x', 'API_KEY', '--json'], options)
  expect(JSON.parse(json.stdout)).toMatchObject({ alias: 'master.tws', session: 'atlas' })
})

test.each([
  ['a value that is nowhere', ['TOKEN']],
  ['a value on the command line', ['TOKEN=hunter2']],
])('secret set with %s is refused', async (_, keys) => {
  const run = await runFake(['session', 'secret', 'set', 'x', ...keys])
  expect(run).toMatchObject({ code: 2, calls: [] })
  expect(run.stderr).not.toContain('hunter2')
})
