import { describe, expect, test } from 'vitest'
import { cliSchema } from '../../../../test/helpers/cli-schema.ts'
import { type Answers, runFake } from '../../../../test/helpers/fake-cli.ts'
import { processDetail, processRow, rowStart, sessionRow } from '../../../../test/helpers/rows.ts'
import type { SavedState } from '../../../shared/domain/fingerprint.ts'
import type { Readiness } from '../../../shared/domain/readiness.ts'
import { success } from '../../../shared/domain/result.ts'
import type { DependenceRow } from '../../../shared/domain/rows.ts'

const lists = { cmdline: ['/opt/tws'], listen: ['*:1'], established: null, udp: null, files: ['/data'] }
const state: SavedState = {
  label: 'operative',
  fingerprint: lists,
  when: null,
  ignore: ['*:1'],
  require: [],
  savedAt: rowStart,
}
const edge: DependenceRow = {
  sessionId: 'session-1',
  parent: { kind: 'missing', name: 'later' },
  required: { kind: 'exited', code: null },
  childId: processRow().id,
  onLoss: 'stop',
  holds: false,
}
const detail = (check: Readiness['check']) => ({
  ...processDetail(),
  ready: { check, intervalMs: 1000, timeoutMs: 60_000 },
  fingerprint: {
    ...lists,
    partial: true,
    exe: null,
    cwd: null,
    uid: 0,
    threads: 1,
    ppid: 1,
    starttime: '9',
    boot_id: 'b',
    rss: 1,
    cgroup: '/x',
    env_names: null,
  },
  states: [state],
  parents: [edge],
  children: [edge],
})

const session = sessionRow({ problems: ['etc/a.yaml:3: no such key'] })
const processes = [processRow()]
const rows = { 'rows.list': () => success({ sessions: [session], processes, dependences: [edge], hosts: [] }) }
const imported = {
  format: 'Procfile',
  added: ['web'],
  updated: [],
  dependences: 0,
  notes: [{ file: 'Procfile', line: null, what: 'x', reason: 'y' }],
}

type Case = readonly [schema: string, verb: string, answers: Answers]

const cases: readonly Case[] = [
  ['sessionList', 'session list', {}],
  ['dependences', 'session dependence list', {}],
  ['dependences', 'session dependence graph', {}],
  [
    'dependencesAdded',
    'session dependence add -p a -c b',
    { 'dependences.add': () => success({ added: 1, changed: 0, dependences: [edge] }) },
  ],
  [
    'dependencesRemoved',
    'session dependence remove -p a -c b',
    { 'dependences.remove': () => success({ removed: 1, notices: ['n'], dependences: [edge] }) },
  ],
  ['state', 'session state define x --state s --when true', { 'states.define': () => success(state) }],
  [
    'state',
    'session state define x --state s --ignore y',
    { 'states.define': () => success({ ...state, fingerprint: null }) },
  ],
  ['states', 'session state list x', { 'states.list': () => success([state]) }],
  ['states', 'session state remove x s', { 'states.remove': () => success([state]) }],
  [
    'sessionActivate',
    'session activate',
    { 'sessions.activate': () => success({ session, alreadyActive: false, processes, adopted: ['a'] }) },
  ],
  [
    'sessionDeactivate',
    'session deactivate',
    { 'sessions.deactivate': () => success({ session, processes, survivors: [{ name: 'a', pids: [1] }] }) },
  ],
  [
    'sessionAttach',
    'session attach -p 1',
    { 'process.attach': () => success({ process: processRow(), savedState: null, notices: ['n'] }) },
  ],
  ['sessionDetach', 'session detach x', { 'process.detach': () => success({ name: 'x', pid: null }) }],
  ['process', 'session wait x', {}],
  ['process', 'session secret set x KEY', { 'process.setSecrets': () => success(processRow()) }],
  ['sessionImport', 'session import x', { 'sessions.import': () => success(imported) }],
  [
    'sessionInit',
    'session init --import x',
    { 'sessions.init': () => success({ session, created: true }), 'sessions.import': () => success(imported) },
  ],
  ['sessionExport', 'session export', { 'sessions.export': () => success({ yaml: 'a: 1\n' }) }],
  [
    'sessionGc',
    'session gc',
    { 'sessions.gc': () => success({ removed: [{ path: 'a', reason: 'b', bytes: 1 }], events: 0 }) },
  ],
]

describe('what is printed with --json is what docs/schema/cli.json says', () => {
  test.each(cases)('%s: %s', async (schema, verb, answers) => {
    const { stdout } = await runFake([...verb.split(' '), '--json'], {
      answers: { ...rows, ...answers },
      feeds: { 'process.wait': [{ kind: 'held', process: processRow() }] },
      environment: { KEY: 'v' },
    })
    expect(cliSchema(schema).safeParse(JSON.parse(stdout)).error?.issues ?? []).toEqual([])
  })

  const checks: readonly Readiness['check'][] = [
    { kind: 'port', port: 1 },
    { kind: 'http', url: 'http://x' },
    { kind: 'log', pattern: 'x' },
    { kind: 'command', argv: ['x'] },
    { kind: 'expr', expr: 'true' },
  ]
  test.each(checks)('processDetail: session show NAME of a process with readiness %j', async (check) => {
    const answers = { ...rows, 'process.show': () => success(detail(check)) }
    const { stdout } = await runFake(['session', 'show', 'x', '--json'], { answers })
    expect(cliSchema('processDetail').safeParse(JSON.parse(stdout)).error?.issues ?? []).toEqual([])
  })
})
