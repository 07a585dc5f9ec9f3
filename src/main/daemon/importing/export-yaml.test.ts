import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileTree } from '../../../../test/helpers/file-tree.ts'
import { onLossChoices, parseRequired, type Required } from '../../../shared/domain/dependence.ts'
import {
  type ImportPlan,
  type PlannedDependence,
  type PlannedProcess,
  plainProcess,
} from '../../../shared/domain/import-plan.ts'
import { restartPolicies } from '../../../shared/domain/restart.ts'
import { redacted } from '../../../shared/text/redact.ts'
import { exportYaml } from './export-yaml.ts'
import { readImport } from './read-import.ts'

type Parts = Pick<ImportPlan, 'processes' | 'dependences'>

function readBack(folder: string, text: string): ImportPlan {
  const path = join(folder, 'session.yaml')
  writeFileSync(path, text)
  const plan = readImport(path)
  if (!plan.ok) throw new Error(plan.message)
  return plan.value
}

const withoutLines = (processes: readonly PlannedProcess[]) => processes.map((process) => ({ ...process, line: null }))

/** Any text that a file can hold: no NUL, no halves of characters, no carriage return before a new line. */
const text = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom('\n', ' ', '"', "'", '#', ':', '-', '\t', '\\', '%'),
      fc.string({ unit: 'binary', maxLength: 1 }),
    ),
  })
  .filter((value) => !value.includes('\0'))
const texts = fc.array(text, { maxLength: 4 })
const alias = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/)
const milliseconds = fc.integer({ min: 10, max: 86_400_000 })
const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null })
const label = text.filter((value) => value !== '' && parseRequired(value).kind === 'state')

const state = fc.record({
  label,
  fingerprint: optional(
    fc.record({
      cmdline: texts,
      listen: optional(texts),
      established: optional(texts),
      udp: optional(texts),
      files: optional(texts),
    }),
  ),
  when: optional(text),
  ignore: texts,
  require: texts,
})

const longText = text.filter((value) => value !== '')
const ready = fc.record({
  check: fc.oneof(
    fc.record({ kind: fc.constant('port' as const), port: fc.integer({ min: 1, max: 65_535 }) }),
    fc.record({ kind: fc.constant('http' as const), url: longText }),
    fc.record({ kind: fc.constant('log' as const), pattern: longText }),
    fc.record({ kind: fc.constant('command' as const), argv: fc.array(text, { minLength: 1, maxLength: 3 }) }),
    fc.record({ kind: fc.constant('expr' as const), expr: longText }),
  ),
  intervalMs: milliseconds,
  timeoutMs: milliseconds,
})

const process: fc.Arbitrary<PlannedProcess> = fc.record({
  alias,
  name: optional(alias),
  uri: optional(text),
  argv: fc.array(text, { minLength: 1, maxLength: 4 }),
  cwd: optional(fc.stringMatching(/^(\/[a-z .#']{1,8}[a-z])+$/)),
  env: fc.dictionary(
    fc.stringMatching(/^[A-Z_a-z]{1,12}$/).filter((name) => name !== '__proto__'),
    text,
    { maxKeys: 4 },
  ),
  restart: optional(fc.constantFrom(...restartPolicies)),
  restartLimit: fc.oneof(
    fc.constant(undefined),
    fc.constant(null),
    fc.record({ deaths: fc.integer({ min: 1, max: 1000 }), withinMs: fc.integer({ min: 1000, max: 86_400_000 }) }),
  ),
  shutdown: optional(fc.boolean()),
  pty: optional(fc.boolean()),
  stopSignal: optional(fc.constantFrom('SIGTERM', 'SIGINT', 'SIGKILL')),
  graceMs: optional(fc.integer({ min: 0, max: 86_400_000 })),
  ready: optional(ready),
  launch: fc.boolean(),
  states: fc.uniqueArray(state, { maxLength: 2, selector: (one) => one.label }),
  line: fc.constant(null),
})

const required: fc.Arbitrary<Required> = fc.oneof(
  fc.constantFrom<Required>(
    { kind: 'up' },
    { kind: 'ready' },
    { kind: 'exited', code: 0 },
    { kind: 'exited', code: null },
  ),
  label.map((name): Required => ({ kind: 'state', label: name })),
)

/** Processes without a shared alias or name, and dependences of each child in a row, as they are written. */
const parts: fc.Arbitrary<Parts> = fc
  .uniqueArray(process, { maxLength: 4, selector: (one) => one.alias })
  .map((processes) =>
    processes.map((one, index) => (one.name === null ? one : { ...one, name: `${index}-${one.name}` })),
  )
  .chain((processes) => {
    const names = processes.map((one) => one.alias ?? '')
    const child = (name: string): fc.Arbitrary<PlannedDependence[]> =>
      fc.array(
        fc.record({
          parent: fc.constantFrom(...names),
          required,
          child: fc.constant(name),
          onLoss: fc.constantFrom(...onLossChoices),
        }),
        { maxLength: 3 },
      )
    return fc.tuple(...names.map(child)).map((found) => ({ processes, dependences: found.flat() }))
  })

describe('our own format', () => {
  test('reads for people, and back for us', () => {
    const plan: Parts = {
      processes: [
        {
          ...plainProcess,
          alias: 'feed',
          name: 'brave-otter',
          uri: 'exec://localhost/opt/feed?rate=5',
          argv: ['/opt/feed', 'rate=5', 'two words', '007'],
          cwd: '/srv',
          env: { LEVEL: '2', NOTE: 'a: b # c', TOKEN: 'real' },
          restart: 'on-failure',
          restartLimit: { deaths: 3, withinMs: 90_500 },
          shutdown: true,
          stopSignal: 'SIGINT',
          graceMs: 2500,
          ready: { check: { kind: 'port', port: 80 }, intervalMs: 1000, timeoutMs: 60_000 },
          launch: false,
          states: [
            {
              label: 'operative',
              fingerprint: { cmdline: ['/opt/feed'], listen: ['*:80'], established: [], udp: null, files: [] },
              when: null,
              ignore: [],
              require: ['*:80'],
            },
          ],
        },
        { ...plainProcess, name: 'calm-heron', uri: 'ib://localhost/sync', restartLimit: null },
      ],
      dependences: [
        { parent: 'feed', required: { kind: 'state', label: 'operative' }, child: 'calm-heron', onLoss: 'keep' },
        { parent: 'feed', required: { kind: 'up' }, child: 'calm-heron', onLoss: 'stop' },
      ],
    }
    const yaml = exportYaml(plan)
    expect(yaml).toBe(`# A session of Procession. It is read with: procession session import FILE
# Dots in place of a value hide a secret.

procession: 1
processes:
  - alias: feed
    name: brave-otter
    uri: exec://localhost/opt/feed?rate=5
    command:
      - /opt/feed
      - rate=5
      - two words
      - "007"
    cwd: /srv
    env:
      LEVEL: "2"
      NOTE: "a: b # c"
      TOKEN: real
    restart: on-failure
    restart_limit: 3/90.5
    shutdown: true
    stop_signal: SIGINT
    grace: 2.5
    ready:
      port: 80
      interval: 1
      timeout: 60
    launch: false
    states:
      - label: operative
        require:
          - "*:80"
        fingerprint:
          cmdline:
            - /opt/feed
          listen:
            - "*:80"
          established: []
          udp: null
          files: []
  - name: calm-heron
    uri: ib://localhost/sync
    restart_limit: none
dependences:
  calm-heron:
    - feed:operative
    - parent: feed
      on_loss: stop
`)
    const back = readBack(fileTree(), yaml)
    expect(back).toMatchObject({ format: 'procession', notes: [], dependences: plan.dependences })
    expect(withoutLines(back.processes)).toEqual(plan.processes)
    expect(back.processes.map(({ line }) => line)).toEqual([6, 41])
  })

  test('any plan that is written is read back as it was, without a note', () => {
    const folder = fileTree()
    fc.assert(
      fc.property(parts, (plan) => {
        const back = readBack(folder, exportYaml(plan))
        expect(back.notes).toEqual([])
        expect(withoutLines(back.processes)).toEqual(plan.processes)
        expect(back.dependences).toEqual(plan.dependences)
      }),
      { numRuns: 100 },
    )
  })

  test('a hidden secret is noted with the command that sets it, and stays to be seen as missing', () => {
    const yaml = exportYaml({
      processes: [
        {
          ...plainProcess,
          alias: 'feed',
          uri: `exec://localhost/opt/feed?password=${redacted}`,
          argv: ['/opt/feed', `password=${redacted}`],
          env: { A: '1', API_TOKEN: redacted },
        },
      ],
      dependences: [],
    })
    const { processes, notes } = readBack(fileTree(), yaml)
    expect(processes[0]?.env.API_TOKEN).toBe(redacted)
    expect(notes.map(({ line, what, reason }) => `${line} ${what}: ${reason}`)).toEqual([
      '13 feed.env.API_TOKEN: hidden: procession session secret set feed API_TOKEN',
      '7 feed.uri: holds a hidden secret: write the value here, or export --with-secrets',
      '8 feed.command: holds a hidden secret: write the value here, or export --with-secrets',
    ])
  })

  test('another version is refused', () => {
    const folder = fileTree({ 's.yaml': 'procession: 2\nprocesses: []\n' })
    expect(readImport(join(folder, 's.yaml'))).toMatchObject({ ok: false, code: 'version' })
  })

  test('a parent that is not in the file may still come', () => {
    const back = readBack(
      fileTree(),
      'procession: 1\nprocesses: [{alias: a, command: [x]}]\ndependences: {a: [later:on]}\n',
    )
    expect(back).toMatchObject({
      notes: [],
      dependences: [{ parent: 'later', required: { kind: 'state', label: 'on' }, child: 'a', onLoss: 'keep' }],
    })
  })

  test('a relative folder is taken from where the file lies', () => {
    const folder = fileTree()
    const back = readBack(folder, 'procession: 1\nprocesses: [{alias: a, command: [x], cwd: sub}]\n')
    expect(back.processes[0]?.cwd).toBe(join(folder, 'sub'))
  })

  test.each([
    ['odd: 1', '5 a.odd: unknown setting'],
    ['command: x', '5 a.command: this is not a list of texts'],
    ['name: a/b', '5 a.name: a new one is made: it cannot be a name'],
    ['restart: perhaps', '5 a.restart: this is not never, always or on-failure'],
    ['restart_limit: 5', '5 a.restart_limit: this is not of the form DEATHS/SECONDS, nor none'],
    ['restart_limit: 0/60', '5 a.restart_limit: this is not of the form DEATHS/SECONDS, nor none'],
    ['shutdown: perhaps', '5 a.shutdown: this is not true or false'],
    ['stop_signal: WINCH', '5 a.stop_signal: this is not one of TERM, INT, QUIT, HUP, USR1, USR2, KILL'],
    ['grace: -1', '5 a.grace: this is not a number of seconds, at most a day'],
    ['env: [A]', '5 a.env: this is not a map of names and values'],
    ['env: {A: [1]}', '5 a.env.A: this is not a text'],
    ['ready: {port: 0}', '5 a.ready: this is not a port'],
    ['ready: {port: 1, log: x}', '5 a.ready: more than one check'],
    ['ready: {interval: 1}', '5 a.ready: no check'],
    ['states: [{when: x}]', '5 a.states: no label'],
    ['states: [{label: up}]', '5 a.states: this label has a meaning of its own'],
    ['states: [{label: x}, {label: x}]', '5 a.states: a state with this label is there already'],
    ['states: [{label: x, fingerprint: {odd: 1}}]', '5 a.states.fingerprint.odd: unknown list'],
  ])('%j is noted with its line', (setting, note) => {
    const { notes } = readBack(
      fileTree(),
      `procession: 1\nprocesses:\n  - alias: a\n    uri: exec://h/x\n    ${setting}\n`,
    )
    expect(notes.map(({ line, what, reason }) => `${line} ${what}: ${reason}`)).toEqual([note])
  })

  test.each([
    ['processes: [text]', '2 processes: this is not a map of settings'],
    ['processes: text', '2 processes: this is not a list'],
    ['processes: [{alias: a}]', '2 a: neither a command nor a URI, so there is nothing to start'],
    ['odd: 1', '2 odd: unknown setting'],
    ['dependences: {b: [a]}', '2 dependences.b: there is no process of that name'],
    ['processes: [{alias: a, uri: x}]\ndependences: {a: b}', '3 dependences.a: this is not a list of parents'],
    ['processes: [{alias: a, uri: x}]\ndependences: {a: [[b]]}', '3 dependences.a: this is not the name of a parent'],
    [
      'processes: [{alias: a, uri: x}]\ndependences: {a: [{parent: b, on_loss: x}]}',
      '3 dependences.a.on_loss: this is not one of keep, stop, restart',
    ],
  ])('%j is noted', (body, note) => {
    const { notes } = readBack(fileTree(), `procession: 1\n${body}\n`)
    expect(notes.map(({ line, what, reason }) => `${line} ${what}: ${reason}`)).toEqual([note])
  })
})
