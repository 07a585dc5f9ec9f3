import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { fileTree } from '../../../../test/helpers/file-tree.ts'
import { readImport } from './read-import.ts'

type Row = readonly [
  name: string | null,
  alias: string | null,
  uri: string | null,
  state: string | null,
  restart: unknown,
  shutdown: unknown,
]

/** The table as gutools makes it: no types. */
function addDatabase(folder: string, rows: readonly Row[]): void {
  mkdirSync(join(folder, 'db'), { recursive: true })
  const database = new Database(join(folder, 'db', 'session.db'))
  database.exec(
    `CREATE TABLE u_process (name PRIMARY KEY, alias UNIQUE, uri, state, pid, restart, shutdown,
      date DATETIME DEFAULT (datetime('now', 'localtime')))`,
  )
  const insert = database.prepare(
    'INSERT INTO u_process (name, alias, uri, state, restart, shutdown) VALUES (?, ?, ?, ?, ?, ?)',
  )
  for (const row of rows) insert.run(...row)
  database.close()
}

function read(folder: string) {
  const plan = readImport(folder)
  if (!plan.ok) throw new Error(plan.message)
  const notes = plan.value.notes.map(({ file, line, what, reason }) => `${file}:${line} ${what}: ${reason}`)
  return { ...plan.value, notes }
}

const feedUri = 'exec://localhost/opt/feed/run?user=ada&password=hunter2&rate=5'

const feedYaml = `address: [localhost, null]
alias: main.feed
auth: ''
cmdline: [/opt/feed/run, user=ada, password=hunter2, rate=5]
direction: ''
fragment: ''
fscheme: exec
host: localhost
name: brave-otter
password: hunter2
path: /opt/feed/run
port: null
query: user=ada&password=hunter2&rate=5
query_: {password: hunter2, rate: '5', user: ada}
rate: '5'
realm: /opt/feed/run
restart: 1
scheme: exec
shutdown: 0
uri: ${feedUri}
user: ada
`

const fingerprint = (port: number) =>
  `cmdline: [/opt/feed/run, password=hunter2]\nestablished: []\nfiles: [/opt/feed/log]\nlisten: ['127.0.0.1:${port}']\nudp: []\n`

/** A folder as start, attach and dependence add of gutools leave it. */
function oldFolder(): string {
  const folder = fileTree({
    'etc/brave-otter.yaml': feedYaml,
    'etc/calm-heron.yaml': 'alias: reader\ncmdline: [/opt/read, --all]\nname: calm-heron\n',
    'etc/session.yaml':
      "copy: {bin: 'bin/*.*', out: '', pid: '', fp: '', err: ''}\ntemplates: {scripts: 'bin/*.sh'}\n" +
      "dependences:\n  reader: ['main.feed:operative']\n  quick-newt: [brave-otter, 'reader:dead']\n",
    'fp/brave-otter.starting.fp': fingerprint(1),
    'fp/brave-otter.running.fp': fingerprint(2),
    'fp/brave-otter.operative.fp': fingerprint(3),
    'fp/calm-heron.operative.yaml': 'cmdline: [/opt/read, --all]\nlisten: []\n',
    'pid/brave-otter.pid': '12345',
    'out/brave-otter.out': 'hello\n',
    'out/calm-heron.out': '',
    'err/brave-otter.err': 'oh\n',
    'bin/activate.sh': '',
  })
  symlinkSync(join(folder, 'etc', 'brave-otter.yaml'), join(folder, 'etc', 'main.feed.yaml'))
  addDatabase(folder, [
    ['brave-otter', 'main.feed', feedUri, 'running', 1, 0],
    ['calm-heron', 'reader', 'attached://686f7374/opt/readall', 'unknown', 1, 1],
    ['quick-newt', 'trade', 'ib://localhost/sync?uid=a', 'dead', 0, 1],
    ['charming-soft', 'supervisor', 'session://supervisor', 'running', 1, 0],
  ])
  return folder
}

describe('the folder of a gutools session', () => {
  test('is taken over whole: names, secrets, states, dependences, earlier output', () => {
    const folder = oldFolder()
    const { format, processes, dependences, notes, earlierOutput } = read(folder)
    expect(format).toBe('gutools')
    expect(notes).toEqual([])
    expect(processes).toEqual([
      expect.objectContaining({
        name: 'brave-otter',
        alias: 'main.feed',
        uri: feedUri,
        argv: null,
        cwd: folder,
        restart: 'always',
        shutdown: false,
        launch: true,
        line: 1,
      }),
      expect.objectContaining({
        name: 'calm-heron',
        alias: 'reader',
        uri: null,
        argv: ['/opt/read', '--all'],
        restart: 'always',
        shutdown: true,
      }),
      expect.objectContaining({
        name: 'quick-newt',
        alias: 'trade',
        uri: 'ib://localhost/sync?uid=a',
        argv: null,
        restart: 'never',
        shutdown: true,
        line: null,
      }),
    ])
    expect(processes[0]?.states.map(({ label }) => label)).toEqual(['operative', 'running'])
    expect(processes[0]?.states[0]).toEqual({
      label: 'operative',
      fingerprint: {
        cmdline: ['/opt/feed/run', 'password=•••'],
        listen: ['127.0.0.1:3'],
        established: [],
        udp: [],
        files: ['/opt/feed/log'],
      },
      when: null,
      ignore: [],
      require: [],
    })
    expect(processes[1]?.states[0]?.fingerprint).toMatchObject({ listen: [], established: null, files: null })
    expect(dependences).toEqual([
      { parent: 'main.feed', required: { kind: 'state', label: 'operative' }, child: 'reader', onLoss: 'keep' },
      { parent: 'main.feed', required: { kind: 'up' }, child: 'trade', onLoss: 'keep' },
      { parent: 'reader', required: { kind: 'exited', code: null }, child: 'trade', onLoss: 'keep' },
    ])
    expect(earlierOutput).toEqual([
      { name: 'brave-otter', stream: 'out', path: join(folder, 'out/brave-otter.out'), bytes: 6 },
      { name: 'brave-otter', stream: 'err', path: join(folder, 'err/brave-otter.err'), bytes: 3 },
    ])
  })

  test('what a person edited in etc counts: command line, restart, shutdown', () => {
    const folder = fileTree({
      'etc/brave-otter.yaml': `uri: ${feedUri}\ncmdline: [/opt/feed/run, --new]\nrestart: 0\nshutdown: '1'\n`,
    })
    addDatabase(folder, [['brave-otter', 'a', feedUri, null, 1, 0]])
    expect(read(folder).processes).toEqual([
      expect.objectContaining({ uri: feedUri, argv: ['/opt/feed/run', '--new'], restart: 'never', shutdown: true }),
    ])
  })

  test('a parameter beside the URI that differs from it is noted without its value', () => {
    const folder = fileTree({
      'etc/brave-otter.yaml': `uri: ${feedUri}\npassword: other\nrate: 7\nodd: hunter2\n`,
      'pid/x': '',
    })
    expect(read(folder).notes).toEqual([
      'etc/brave-otter.yaml:3 rate: differs from the URI, which is used',
      'etc/brave-otter.yaml:4 odd: unknown setting',
    ])
  })

  test('rows that attach by alias left without a name are noted', () => {
    const folder = fileTree({ 'etc/calm-heron.yaml': 'alias: reader\ncmdline: [/opt/read]\nname: calm-heron\n' })
    addDatabase(folder, [
      [null, 'reader', null, 'operative', 1, 0],
      [null, 'gone', null, 'operative', 1, 0],
      [null, null, null, null, null, null],
    ])
    const { processes, notes } = read(folder)
    expect(processes).toEqual([expect.objectContaining({ name: 'calm-heron', alias: 'reader', restart: null })])
    expect(notes).toEqual([
      'db/session.db:null a row: neither a name nor an alias, as gutools leaves it',
      'db/session.db:null reader: a row without a name, as attach by alias leaves it: taken from etc/',
      'db/session.db:null gone: a row without a name, as attach by alias leaves it: its process is lost',
    ])
  })

  test.each([
    [
      'a row with nothing to start',
      { row: ['calm-heron', null, null, null, 1, 0] },
      'calm-heron: neither a URI nor a command line, so there is nothing to start',
    ],
    [
      'a row of a relative program',
      { row: ['calm-heron', null, 'exec://h//x', null, 1, 0] },
      'calm-heron: its URI is not the absolute path of a program, and there is no command line',
    ],
    [
      'a row whose name is a path',
      { row: ['../../x', null, feedUri, null, 1, 0] },
      'a row: its name is not of the form adjective-noun',
    ],
  ] as const)('%s is left out and noted', (_, { row }, note) => {
    const folder = fileTree({ 'etc/session.yaml': '', 'etc/brave-otter.yaml': `uri: ${feedUri}\n` })
    addDatabase(folder, [row])
    const { processes, notes } = read(folder)
    expect(processes.map(({ name }) => name)).toEqual(['brave-otter'])
    expect(notes).toContain(`db/session.db:null ${note}`)
  })

  test('a host that gutools ignored is noted', () => {
    const folder = fileTree({ 'etc/brave-otter.yaml': 'uri: exec://elsewhere/bin/true?a=1\n', 'pid/x': '' })
    const { processes, notes } = read(folder)
    expect(processes[0]).toMatchObject({ argv: ['/bin/true', 'a=1'] })
    expect(notes).toEqual([
      'etc/brave-otter.yaml:1 brave-otter: gutools ran it on this machine, whatever host its URI names',
    ])
  })

  test('dependences on what is not there, or on no state, are noted', () => {
    const folder = fileTree({
      'etc/brave-otter.yaml': `alias: a\nuri: ${feedUri}\n`,
      'etc/calm-heron.yaml': 'alias: b\ncmdline: [x]\n',
      'etc/session.yaml': 'dependences:\n  b: [a:starting, none:x]\n  none: [a]\n  a: {x: 1}\nodd: 1\n',
      'db/x': '',
    })
    const { dependences, notes } = read(folder)
    expect(dependences).toEqual([{ parent: 'a', required: { kind: 'up' }, child: 'b', onLoss: 'keep' }])
    expect(notes).toEqual([
      'etc/session.yaml:5 odd: unknown setting',
      'etc/session.yaml:2 dependences.b: starting is not a state here, so it waits until the parent is up',
      'etc/session.yaml:2 dependences.b: none: there is no process of that name',
      'etc/session.yaml:3 dependences.none: there is no process of that name',
      'etc/session.yaml:4 dependences.a: this is not a list of texts',
    ])
  })

  test('files that belong to nothing are noted', () => {
    const folder = fileTree({
      'etc/brave-otter.yaml': `uri: ${feedUri}\n`,
      'etc/notes.txt': '',
      'etc/brave-otter.yaml.lock': '1.2.3',
      'fp/brave-otter.fp': fingerprint(1),
      'fp/brave-otter.ready.fp': fingerprint(1),
      'fp/brave-otter.on.fp': 'cmdline: {a: 1}\nodd: []\n',
      'fp/brave-otter.on.yaml': fingerprint(1),
      'fp/brave-otter.bad.fp': 'a: [\n',
      'fp/other-process.on.fp': fingerprint(1),
      'fp/x': '',
    })
    const { processes, notes } = read(folder)
    expect(processes[0]?.states.map(({ label }) => label)).toEqual(['on'])
    expect(notes).toEqual([
      'etc/notes.txt:null file: not named like a process of gutools (adjective-noun.yaml)',
      expect.stringMatching(/^fp\/brave-otter\.bad\.fp:\d+ file: is not YAML: /),
      'fp/brave-otter.fp:null file: does not say of which state it is',
      'fp/brave-otter.on.fp:1 cmdline: this is not a list of texts',
      'fp/brave-otter.on.fp:2 odd: unknown list',
      'fp/brave-otter.on.yaml:null file: there is a .fp file of the same state',
      'fp/brave-otter.ready.fp:null file: the name of this state has a meaning of its own here',
      'fp/other-process.on.fp:null file: there is no process of that name',
      'fp/x:null file: not named like a fingerprint of gutools (name.state.fp)',
    ])
  })
})

describe('a hostile folder', () => {
  test('leads nowhere else: no links of files or folders are followed', () => {
    const elsewhere = fileTree({
      'secret.yaml': 'cmdline: [stolen]\n',
      'brave-otter.on.fp': fingerprint(1),
      'x.out': 'x',
    })
    const folder = fileTree({ 'etc/calm-heron.yaml': 'cmdline: [x]\n', 'pid/x': '' })
    symlinkSync(join(elsewhere, 'secret.yaml'), join(folder, 'etc', 'brave-otter.yaml'))
    symlinkSync(elsewhere, join(folder, 'fp'))
    symlinkSync(elsewhere, join(folder, 'out'))
    symlinkSync(elsewhere, join(folder, 'db'))
    const { processes, notes, earlierOutput } = read(folder)
    expect(processes.map(({ argv }) => argv)).toEqual([['x']])
    expect(earlierOutput).toEqual([])
    expect(notes).toEqual(['fp:null fp: a symbolic link, which is not followed'])
  })

  test('with a database that is none, or another one, still gives its files', () => {
    const folder = fileTree({ 'etc/calm-heron.yaml': 'cmdline: [x]\n', 'db/session.db': 'not a database at all' })
    expect(read(folder)).toMatchObject({
      processes: [{ name: 'calm-heron' }],
      notes: ['db/session.db:null database: cannot be read: SQLITE_NOTADB'],
    })
  })

  test('with a table that lacks columns, or holds other types, is read as far as it goes', () => {
    const folder = fileTree({ 'etc/calm-heron.yaml': 'cmdline: [x]\n' })
    mkdirSync(join(folder, 'db'))
    const database = new Database(join(folder, 'db', 'session.db'))
    database.exec('CREATE TABLE u_process (name, alias, uri)')
    database.prepare('INSERT INTO u_process VALUES (?, ?, ?)').run('calm-heron', 17n, Buffer.from('x'))
    database.close()
    expect(read(folder).processes).toEqual([expect.objectContaining({ name: 'calm-heron', alias: '17' })])
  })

  test('is not read beyond its size', () => {
    const folder = fileTree({ 'etc/calm-heron.yaml': 'cmdline: [x]\n', 'pid/x': '' })
    writeFileSync(join(folder, 'etc', 'big-file.yaml'), `cmdline: [${'x'.repeat(1_100_000)}]`)
    expect(read(folder).notes).toEqual([
      expect.stringMatching(/^etc\/big-file\.yaml:null file: .* is larger than 1 MiB\.$/),
    ])
  })
})

test('a session of Procession is refused with what to do', () => {
  const folder = fileTree({ 'etc/session.yaml': '' })
  mkdirSync(join(folder, 'db'))
  const database = new Database(join(folder, 'db', 'session.db'))
  database.exec('CREATE TABLE processes (id)')
  database.close()
  expect(readImport(folder)).toMatchObject({
    ok: false,
    code: 'conflict',
    hint: expect.stringContaining('session export'),
  })
})
