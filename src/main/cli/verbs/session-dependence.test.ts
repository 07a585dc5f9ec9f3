import { expect, test } from 'vitest'
import { runFake } from '../../../../test/helpers/fake-cli.ts'
import { processRow, rowStart, sessionRow, upLife } from '../../../../test/helpers/rows.ts'
import type { Required } from '../../../shared/domain/dependence.ts'
import { failure, success } from '../../../shared/domain/result.ts'
import type { DependenceRow, ProcessRow } from '../../../shared/domain/rows.ts'

const row = (alias: string, changes: Partial<ProcessRow> = {}) => processRow({ id: `id-${alias}`, alias, ...changes })
const waiting = (alias: string) => row(alias, { life: { kind: 'blocked', since: rowStart, isRestart: false } })

const edge = (
  parent: string,
  required: Required,
  child: string,
  changes: Partial<DependenceRow> = {},
): DependenceRow => ({
  sessionId: 'session-1',
  parent: { kind: 'process', id: `id-${parent}` },
  required,
  childId: `id-${child}`,
  onLoss: 'keep',
  holds: false,
  ...changes,
})
const operative = { kind: 'state', label: 'operative' } as const
const up = { kind: 'up' } as const

/** The picture in the documentation of gutools Session. */
const edges = [
  edge('master.tws', operative, 'master.trader', { holds: true }),
  edge('slave.tws', operative, 'slave.trader'),
  edge('master.trader', up, 'slave.trader', { onLoss: 'restart' }),
]
const processes = [
  row('master.tws', { state: 'operative', score: 0.96 }),
  waiting('master.trader'),
  row('slave.tws', { life: upLife(5) }),
  waiting('slave.trader'),
]
const list = (dependences: readonly DependenceRow[] = edges) => ({
  'rows.list': () => success({ sessions: [sessionRow()], processes, dependences, hosts: [] }),
})

test.each([
  [
    ['--parent', 'master.tws:operative', '--child', 'master.trader'],
    { parents: ['master.tws:operative'], children: ['master.trader'], allowMissing: false },
  ],
  [
    ['-p', 'a:up,b', '-p', 'c:exited:0', '-c', 'd, e', '--on-loss', 'restart', '--allow-missing'],
    { parents: ['a:up', 'b', 'c:exited:0'], children: ['d', 'e'], onLoss: 'restart', allowMissing: true },
  ],
])('add %j', async (argv, input) => {
  const { code, stdout, calls } = await runFake(['session', 'dependence', 'add', ...argv], {
    answers: { 'dependences.add': () => success({ added: 1, changed: 0, dependences: edges }) },
  })
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Added 1 dependence\n' })
  expect(calls).toEqual([{ method: 'dependences.add', input: { workspace: '/w', ...input } }])
})

test('add of what is there already: exit 0', async () => {
  const answers = {
    ...list(),
    'dependences.add': () => success({ added: 0, changed: 0, dependences: edges.slice(0, 1) }),
  }
  const argv = ['session', 'dependence', 'add', '-p', 'master.tws:operative', '-c', 'master.trader']
  expect(await runFake(argv, { answers })).toMatchObject({ code: 0, stdout: 'Nothing to add: it is there already\n' })
  const json = await runFake([...argv, '--json'], { answers })
  expect(JSON.parse(json.stdout)).toEqual({
    added: 0,
    changed: 0,
    dependences: [
      { parent: 'master.tws', exists: true, state: 'operative', child: 'master.trader', holds: true, on_loss: 'keep' },
    ],
  })
})

test('add of what is there already with another --on-loss says what it changed', async () => {
  const answers = { 'dependences.add': () => success({ added: 0, changed: 1, dependences: edges }) }
  const run = await runFake(['session', 'dependence', 'add', '-p', 'a', '-c', 'b', '--on-loss', 'stop'], { answers })
  expect(run).toMatchObject({ code: 0, stdout: 'Changed what happens at a loss in 1 dependence\n' })
})

test('a cycle: exit 5 and its path', async () => {
  const answers = { 'dependences.add': () => failure('conflict', 'It would be a cycle: a → b → a') }
  const run = await runFake(['session', 'dependence', 'add', '-p', 'a', '-c', 'b'], { answers })
  expect(run).toMatchObject({ code: 5, stderr: 'procession: It would be a cycle: a → b → a\n' })
})

test.each([
  ['add', ['-p', 'a']],
  ['add', ['-c', 'a']],
  ['add', ['-p', ',', '-c', 'a']],
  ['add', ['-p', 'a', '-c', 'b', '--on-loss', 'panic']],
  ['remove', ['-p', 'a']],
  ['remove', ['-c', 'a']],
])('%s %j is refused before anything is asked', async (verb, argv) => {
  expect(await runFake(['session', 'dependence', verb, ...argv])).toMatchObject({ code: 2, calls: [], stdout: '' })
})

test('remove, also as gutools writes it', async () => {
  const notices = ['master.trader:operative is taken as the state of the parent']
  const answers = { ...list(), 'dependences.remove': () => success({ removed: 1, notices, dependences: [] }) }
  const argv = ['session', 'dependence', 'remove', '--parent', 'master.tws', '--child', 'master.trader:operative']
  const { code, stdout, stderr, calls } = await runFake(argv, { answers })
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: 'Removed 1 dependence\n',
    stderr: `procession: ${notices[0]}\n`,
  })
  expect(calls[0]?.input).toEqual({
    workspace: '/w',
    parents: ['master.tws'],
    children: ['master.trader:operative'],
  })
  const json = await runFake([...argv, '--json'], { answers })
  expect(JSON.parse(json.stdout)).toEqual({ removed: 1, notices, dependences: [] })
})

test.each([
  ['says so', () => failure('not_found', 'No such dependence')],
  ['has removed none', () => success({ removed: 0, notices: [], dependences: edges })],
])('nothing to remove, the daemon %s: exit 3', async (_, answer) => {
  const run = await runFake(['session', 'dependence', 'remove', '-p', 'a', '-c', 'b'], {
    answers: { 'dependences.remove': answer },
  })
  expect(run).toMatchObject({ code: 3, stdout: '' })
})

test('list', async () => {
  const missing = edge('later', { kind: 'exited', code: 0 }, 'slave.tws', {
    parent: { kind: 'missing', name: 'later' },
  })
  const foreign = edge('x', up, 'y', { sessionId: 'session-2' })
  const answers = list([...edges, missing, foreign])
  const { stdout } = await runFake(['session', 'dependence', 'list'], { answers })
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/)),
  ).toEqual([
    ['PARENT', 'STATE', 'CHILD', 'HOLDS', 'ON LOSS'],
    ['master.tws', 'operative', 'master.trader', 'yes', 'keep'],
    ['slave.tws', 'operative', 'slave.trader', 'no', 'keep'],
    ['master.trader', 'up', 'slave.trader', 'no', 'restart'],
    ['later (does not exist)', 'exited:0', 'slave.tws', 'no', 'keep'],
  ])
  const json = await runFake(['session', 'dependence', 'list', '--json'], { answers })
  expect(JSON.parse(json.stdout).at(-1)).toEqual({
    parent: 'later',
    exists: false,
    state: 'exited:0',
    child: 'slave.tws',
    holds: false,
    on_loss: 'keep',
  })
})

test('graph: parents above what waits for them', async () => {
  const { stdout } = await runFake(['session', 'dependence', 'graph'], { answers: list() })
  expect(stdout).toBe(
    [
      'master.tws  Running, operative (0.96)',
      '└─ operative: master.trader  Waiting',
      '   └─ up (not yet): slave.trader  Waiting',
      'slave.tws  Running',
      '└─ operative (not yet): slave.trader  Waiting',
      '',
    ].join('\n'),
  )
})

test('graph: what has children is drawn with them once', async () => {
  const diamond = [
    edge('master.tws', up, 'slave.tws'),
    edge('master.tws', up, 'master.trader'),
    edge('slave.tws', up, 'slave.trader'),
    edge('master.trader', up, 'slave.tws'),
    edge('ghost', up, 'master.trader', { parent: { kind: 'missing', name: 'ghost' } }),
  ]
  const { stdout } = await runFake(['session', 'dependence', 'graph'], { answers: list(diamond) })
  expect(stdout).toBe(
    [
      'master.tws  Running, operative (0.96)',
      '├─ up (not yet): slave.tws  Running',
      '│  └─ up (not yet): slave.trader  Waiting',
      '└─ up (not yet): master.trader  Waiting',
      '   └─ up (not yet): slave.tws  Running  (see above)',
      'ghost  does not exist',
      '└─ up (not yet): master.trader  Waiting  (see above)',
      '',
    ].join('\n'),
  )
})

test('graph --dot', async () => {
  const { stdout } = await runFake(['session', 'dependence', 'graph', '--dot'], { answers: list() })
  expect(stdout).toMatch(/^digraph Process_Dependences \{\n[\s\S]*"master\.tws:operative"[\s\S]*\}\n$/)
})

test.each([
  ['list', []],
  ['graph', []],
  ['graph', ['--json']],
])('without dependences %s %j prints nothing or an empty array', async (verb, argv) => {
  const { code, stdout } = await runFake(['session', 'dependence', verb, ...argv], { answers: list([]) })
  expect({ code, stdout }).toEqual({ code: 0, stdout: argv.length === 0 ? '' : '[]\n' })
})
