import { expect, test } from 'vitest'
import { runFake } from '../../../../test/helpers/fake-cli.ts'
import { sessionRow } from '../../../../test/helpers/rows.ts'
import { failure, success } from '../../../shared/domain/result.ts'

const note = { file: 'Procfile', line: 3, what: 'worker', reason: 'uses a pipe' }
const wholeFile = { file: 'Procfile', line: null, what: '.env', reason: 'is not there' }
const imported = (...notes: (typeof note | typeof wholeFile)[]) =>
  success({ format: 'Procfile', added: ['web', 'db'], updated: ['cache'], dependences: 1, notes })

test('import: what was added; what could not be, on standard error, with exit 0', async () => {
  const { code, stdout, stderr, calls } = await runFake(['session', 'import', 'Procfile'], {
    answers: { 'sessions.import': () => imported(note, wholeFile) },
  })
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: 'Imported from Procfile: 2 processes added, 1 updated, 1 dependence\n',
    stderr: 'Procfile:3: worker: uses a pipe\nProcfile: .env: is not there\n',
  })
  expect(calls[0]?.input).toEqual({ workspace: '/w', source: '/w/Procfile', strict: false, dryRun: false })
})

test('import --strict: exit 1 when something cannot be taken over, else 0', async () => {
  const answers = { 'sessions.import': () => imported(note) }
  const strict = await runFake(['session', 'import', '/etc/Procfile', '--strict'], { answers })
  expect(strict).toMatchObject({ code: 1, stdout: '', calls: [{ input: { source: '/etc/Procfile', strict: true } }] })
  expect(strict.stderr).toMatch(/^Procfile:3: worker: uses a pipe\nprocession: Nothing was imported: 1 thing /)
  const json = await runFake(['session', 'import', 'Procfile', '--strict', '--json'], { answers })
  expect(json.code).toBe(1)
  expect(JSON.parse(json.stdout)).toMatchObject({ imported: false, notes: [note], added: ['web', 'db'] })
  const clean = { 'sessions.import': () => imported() }
  expect(await runFake(['session', 'import', 'Procfile', '--strict'], { answers: clean })).toMatchObject({ code: 0 })
})

test('import --dry-run says what it would do', async () => {
  const { stdout, calls } = await runFake(['session', 'import', 'old', '--dry-run'], {
    answers: { 'sessions.import': () => imported() },
  })
  expect(stdout).toMatch(/^Would import from Procfile: /)
  expect(calls[0]?.input).toMatchObject({ dryRun: true })
})

test('init --import: first the session, then what is in the folder, resolved from here', async () => {
  const answers = {
    'sessions.init': () => success({ session: sessionRow(), created: true }),
    'sessions.import': () => imported(note),
  }
  const { code, stdout, stderr, calls } = await runFake(['session', 'init', '-p', 'new', '--import', 'old'], {
    answers,
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'Procfile:3: worker: uses a pipe\n' })
  expect(stdout).toBe(
    'Created session atlas in /home/agp/workspace/atlas\n' +
      'Imported from Procfile: 2 processes added, 1 updated, 1 dependence\n',
  )
  expect(calls.map((call) => call.input)).toEqual([
    { path: '/w/new' },
    { workspace: '/home/agp/workspace/atlas', source: '/w/old', strict: false },
  ])
  const json = await runFake(['session', 'init', '--import', 'old', '--json'], { answers })
  expect(JSON.parse(json.stdout)).toMatchObject({ created: true, import: { added: ['web', 'db'], notes: [note] } })
})

test.each([
  [[], {}],
  [['sub'], { path: '/w/sub' }],
])('init --sample %j', async (argv, input) => {
  const answers = { 'sessions.sample': () => success({ session: sessionRow({ name: 'sample' }), created: true }) }
  const { stdout, calls } = await runFake(['session', 'init', '--sample', ...argv], { answers })
  expect(stdout).toContain('Created session sample in ')
  expect(calls).toEqual([{ method: 'sessions.sample', input }])
})

test.each([[['--sample', '--name', 'x']], [['--sample', '--import', 'x']], [['a', '-p', 'b']]])(
  'init %j is refused',
  async (argv) => {
    expect(await runFake(['session', 'init', ...argv])).toMatchObject({ code: 2, calls: [] })
  },
)

const yaml = 'processes:\n  - alias: web\n'
const exported = { 'sessions.export': () => success({ yaml }) }

test('export prints the YAML and nothing else', async () => {
  const { code, stdout, stderr, calls } = await runFake(['session', 'export'], { answers: exported })
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: yaml, stderr: '' })
  expect(calls[0]?.input).toEqual({ workspace: '/w', withSecrets: false })
  const json = await runFake(['session', 'export', '--json'], { answers: exported })
  expect(JSON.parse(json.stdout)).toEqual({ yaml })
})

test('export to a terminal keeps control characters back', async () => {
  const answers = { 'sessions.export': () => success({ yaml: 'alias: \x1b]0;owned\x07\n' }) }
  const { stdout } = await runFake(['session', 'export'], { answers, isTerminal: true })
  expect(stdout).toBe('alias: ]0;owned\n')
})

test('export --with-secrets asks; without a terminal, or with a no, it is not permitted', async () => {
  const argv = ['session', 'export', '--with-secrets']
  expect(await runFake(argv, { answers: exported })).toMatchObject({ code: 6, stdout: '', calls: [] })
  const no = await runFake(argv, { answers: exported, confirm: () => false })
  expect(no).toMatchObject({ code: 6, stdout: '', calls: [] })
  const yes = await runFake(argv, { answers: exported, confirm: () => true })
  expect(yes).toMatchObject({ code: 0, stdout: yaml, calls: [{ input: { withSecrets: true } }] })
})

test('gc', async () => {
  const removed = [{ path: 'fp/old-name.running.yaml', reason: 'no such process', bytes: 2048 }]
  const answers = { 'sessions.gc': () => success({ removed, events: 12 }) }
  const { code, stdout, calls } = await runFake(['session', 'gc', '--dry-run'], { answers })
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^FILE .*SIZE {2}REASON\nfp\/old-name\.running\.yaml .*no such process\nWould remove 1 file \(/,
  )
  expect(stdout).toContain('12 old events')
  expect(calls[0]?.input).toEqual({ workspace: '/w', dryRun: true })
  const json = await runFake(['session', 'gc', '--json'], { answers })
  expect(JSON.parse(json.stdout)).toEqual({ removed, events: 12, dry_run: false })
})

test('gc with nothing to do', async () => {
  const answers = { 'sessions.gc': () => success({ removed: [], events: 0 }) }
  expect(await runFake(['session', 'gc'], { answers })).toMatchObject({ code: 0, stdout: 'Nothing to remove\n' })
  const refused = { 'sessions.gc': () => failure('not_permitted', 'etc is writable by others: /w/etc') }
  expect(await runFake(['session', 'gc'], { answers: refused })).toMatchObject({ code: 6 })
})
