import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { nameOfUri } from '../../../src/main/daemon/workspace/names.ts'
import type { OutputOf } from '../../../src/shared/contract/contract.ts'
import { DaemonLab, isRunning, pidOf } from '../../helpers/daemon-lab.ts'
import { filesWith } from '../../helpers/files-with.ts'
import { LabSession } from '../../helpers/lab-session.ts'
import { isUp, refused } from '../../helpers/session-rows.ts'
import { until } from '../../helpers/until.ts'

// Section 13 of the Session seed, and interface.md: what other tools left becomes a session; export and import.

let lab: DaemonLab
beforeAll(async () => {
  lab = await DaemonLab.start()
})
afterAll(() => lab[Symbol.asyncDispose]())

/** A new folder of the lab with these files. */
function folderWith(name: string, files: Readonly<Record<string, string>>): string {
  const folder = lab.makeFolder(name)
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), text)
  }
  return folder
}

type Report = OutputOf<'sessions.import'>

const importInto = (session: LabSession, source: string, more: { strict?: boolean; dryRun?: boolean } = {}) =>
  lab.ask('sessions.import', { workspace: session.workspace, source, strict: false, ...more })

const notesOf = ({ notes }: Report): string[] =>
  notes.map(({ file, line, what, reason }) => `${file}:${line ?? ''} ${what}: ${reason}`)

const rowsOf = async (session: LabSession) => (await lab.ask('rows.list', { workspace: session.workspace })).processes

const tws = (root: string) => {
  const uri = `exec://localhost${root}/tws?username=ana&password=opensesame`
  return { uri, name: nameOfUri(uri) }
}
const trader = { uri: 'exec://localhost/bin/sleep?1000', name: nameOfUri('exec://localhost/bin/sleep?1000') }
const seen = { uri: 'attached://6c6f63616c/bin/sleep1000', name: 'quiet-lake' }

/** What gutools 0.1.8 leaves behind: as it names its files and writes its only table. */
function makeOriginal(name: string): string {
  const root = folderWith(name, { tws: '#!/bin/sh\nexec sleep 1000\n' })
  chmodSync(path.join(root, 'tws'), 0o755)
  const { uri, name: twsName } = tws(root)
  const files = {
    [`etc/${twsName}.yaml`]: [
      'address: [localhost, null]',
      'alias: master.tws',
      `cmdline: [${root}/tws, username=ana, password=opensesame]`,
      "auth: ''",
      'password: opensesame',
      'query: username=ana&password=opensesame',
      'query_: {username: ana, password: opensesame}',
      `realm: ${root}/tws`,
      'restart: 1',
      'shutdown: 1',
      'username: ana',
      `name: ${twsName}`,
      `uri: ${uri}`,
      '',
    ].join('\n'),
    [`etc/${trader.name}.yaml`]: `alias: master.trader\nrestart: 1\nshutdown: 1\nuri: ${trader.uri}\n`,
    [`etc/${seen.name}.yaml`]: `alias: seen\ncmdline: [/bin/sleep, '1000', seen]\nname: ${seen.name}\n`,
    'etc/session.yaml': 'copy: {bin: bin/*.*}\ndependences:\n  master.trader: [master.tws:operative]\n',
    [`fp/${twsName}.operative.fp`]: `cmdline: [${root}/tws, username=ana, password=opensesame]\nfiles: []\nlisten: ['127.0.0.1:7496']\nestablished: []\nudp: []\n`,
    [`fp/${twsName}.starting.fp`]: 'cmdline: []\nfiles: []\n',
    [`out/${twsName}.out`]: 'earlier output\n',
    [`err/${twsName}.err`]: 'earlier errors\n',
  }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  symlinkSync(path.join(root, 'etc', `${twsName}.yaml`), path.join(root, 'etc', 'master.tws.yaml'))
  mkdirSync(path.join(root, 'db'))
  const database = new Database(path.join(root, 'db', 'session.db'))
  database.exec(`CREATE TABLE u_process (name PRIMARY KEY, alias UNIQUE, uri, state, pid, restart, shutdown,
    date DATETIME DEFAULT (datetime('now', 'localtime')))`)
  const insert = database.prepare(
    'INSERT INTO u_process (name, alias, uri, state, restart, shutdown) VALUES (?, ?, ?, ?, ?, ?)',
  )
  insert.run(twsName, 'master.tws', uri, 'operative', 1, 1)
  insert.run(trader.name, 'master.trader', trader.uri, 'dead', 1, 1)
  insert.run(seen.name, 'seen', seen.uri, 'unknown', 0, 0)
  database.close()
  return root
}

describe('the folder of a gutools session', () => {
  test('is read into another session: names, secrets, states and dependences', async () => {
    const session = await LabSession.create(lab, 'from-original')
    const root = makeOriginal('original')
    const report = await importInto(session, root)
    expect(report).toMatchObject({ format: 'gutools', updated: [], dependences: 1, notes: [] })
    expect(report.added.toSorted()).toEqual(['master.trader', 'master.tws', 'seen'])
    const { name } = tws(root)
    expect(await session.row('master.tws')).toMatchObject({
      name,
      life: { kind: 'new' },
      argv: [`${root}/tws`, 'username=ana', 'password=•••'],
      restart: 'always',
      shutdown: true,
    })
    expect(await session.row('seen')).toMatchObject({ name: seen.name, argv: ['/bin/sleep', '1000', 'seen'] })
    const states = await lab.ask('states.list', session.target('master.tws'))
    expect(states).toMatchObject([{ label: 'operative', fingerprint: { listen: ['127.0.0.1:7496'] } }])
    expect(existsSync(path.join(session.workspace, 'fp', `${name}.operative.yaml`))).toBe(true)
    expect(filesWith(session.workspace, 'opensesame')).toEqual([])
    // The source stays as it was.
    expect(readFileSync(path.join(root, 'etc', `${name}.yaml`), 'utf8')).toContain('opensesame')
    expect(readdirSync(path.join(root, 'db'))).toEqual(['session.db'])

    const again = await importInto(session, root)
    expect(again).toMatchObject({ added: [], dependences: 0, notes: [] })
    expect(await rowsOf(session)).toHaveLength(3)
  })

  test('is not touched by a look, and taken over in place by init', async () => {
    const root = makeOriginal('in-place')
    const { name } = tws(root)
    const looked = refused(await lab.try('rows.list', { workspace: root }))
    expect(looked).toMatchObject({ code: 'not_found', hint: expect.stringContaining('session init') })
    expect(readdirSync(path.join(root, 'db'))).toEqual(['session.db'])

    const made = await lab.ask('sessions.init', { path: root })
    expect(made).toMatchObject({ created: true, session: { name: 'in-place', problems: [], active: false } })
    const aside = new Database(path.join(root, 'db', 'session.gutools.db'), { readonly: true })
    expect(aside.prepare('SELECT count(*) AS rows FROM u_process').get()).toEqual({ rows: 3 })
    aside.close()

    const { processes, dependences } = await lab.ask('rows.list', { workspace: root })
    expect(processes.map((row) => row.alias).toSorted()).toEqual(['master.trader', 'master.tws', 'seen'])
    expect(processes.every(({ life }) => life.kind === 'new')).toBe(true)
    expect(dependences).toMatchObject([{ required: { kind: 'state', label: 'operative' }, holds: false }])
    // What gutools wrote in clear text is gone from the files that people see.
    const seenFiles = filesWith(root, 'opensesame').map((file) => path.relative(root, file))
    expect(seenFiles).toEqual(['db/session.gutools.db'])
    expect(parse(readFileSync(path.join(root, 'etc', `${name}.yaml`), 'utf8'))).toMatchObject({
      password: '•••',
      query: 'username=ana&password=•••',
      cwd: root,
    })
    expect(readFileSync(path.join(root, 'err', `${name}.out`), 'utf8')).toBe('earlier errors\n')

    const again = await lab.ask('sessions.init', { path: root })
    expect(again.created).toBe(false)

    const unasked = refused(await lab.try('sessions.activate', { workspace: root }))
    expect(unasked).toMatchObject({ code: 'conflict', message: expect.stringContaining(`master.tws: ${root}/tws`) })
    expect(unasked.message).not.toContain('opensesame')
    await lab.ask('sessions.activate', { workspace: root, yes: true })
    const target = { workspace: root, ref: 'master.tws' }
    const up = await until(
      async () => {
        const { row } = await lab.ask('process.show', target)
        return isUp(row) ? row : null
      },
      { what: 'master.tws is up' },
    )
    expect(isRunning(pidOf(up))).toBe(true)
    expect((await lab.ask('process.show', { workspace: root, ref: 'master.trader' })).row.life.kind).toBe('blocked')
    await lab.ask('sessions.deactivate', { workspace: root })
  })

  test('is taken over by activate as well, which then asks', async () => {
    const root = makeOriginal('by-activate')
    const asked = refused(await lab.try('sessions.activate', { workspace: root }))
    expect(asked.code).toBe('conflict')
    expect(existsSync(path.join(root, 'db', 'session.gutools.db'))).toBe(true)
    // Still unasked after a restart of the daemon.
    await lab.stopDaemon()
    await lab.startDaemon()
    expect(refused(await lab.try('sessions.activate', { workspace: root })).code).toBe('conflict')
    const { processes } = await lab.ask('rows.list', { workspace: root })
    expect(processes.map(({ life }) => life.kind)).toEqual(['new', 'new', 'new'])
  })

  test('without a database it is taken over from etc/', async () => {
    const root = makeOriginal('no-database')
    rmSync(path.join(root, 'db'), { recursive: true })
    const made = await lab.ask('sessions.init', { path: root })
    expect(made.created).toBe(true)
    const { processes } = await lab.ask('rows.list', { workspace: root })
    expect(processes.map((row) => row.alias).toSorted()).toEqual(['master.trader', 'master.tws', 'seen'])
  })

  test('that others may write is refused and stays whole', async () => {
    const root = makeOriginal('unsafe')
    chmodSync(path.join(root, 'etc'), 0o777)
    const failure = refused(await lab.try('sessions.init', { path: root }))
    expect(failure).toMatchObject({ code: 'not_permitted', message: expect.stringContaining(path.join(root, 'etc')) })
    expect(readdirSync(path.join(root, 'db'))).toEqual(['session.db'])
  })
})

describe('files of other tools', () => {
  test('a Procfile; importing it again changes nothing, and what does not exist is said', async () => {
    const session = await LabSession.create(lab, 'procfile')
    const root = folderWith('with-procfile', {
      Procfile: 'web: /bin/sleep 1000\nworker: exec /bin/sh -c "exec sleep 1000"\ngone: /no/such/program --now\n',
    })
    const report = await importInto(session, path.join(root, 'Procfile'))
    expect(report).toMatchObject({ format: 'procfile', added: ['web', 'worker', 'gone'], updated: [] })
    expect((await rowsOf(session)).every(({ life }) => life.kind === 'new')).toBe(true)
    expect((await lab.ask('process.show', session.target('web'))).cwd).toBe(root)
    const again = await importInto(session, root)
    expect(again).toMatchObject({ added: [], updated: ['web', 'worker', 'gone'] })
    await lab.ask('process.startKnown', { targets: [session.target('web')] })
    await session.untilLife('web', 'up')
  })

  const compose = `
version: "0.5"
processes:
  db:
    command: sleep 1000
    environment: [API_KEY=hunter2, MODE=test]
    availability: {restart: on_failure, max_restarts: 3}
    readiness_probe: {http_get: {host: 127.0.0.1, port: 8080, path: /ok}}
  web:
    command: /no/such/web
    depends_on:
      db: {condition: process_healthy}
    namespace: odd
`

  test('a process-compose file: dependences, readiness, secrets; strict and dry run change nothing', async () => {
    const session = await LabSession.create(lab, 'compose')
    const source = path.join(folderWith('with-compose', { 'process-compose.yaml': compose }), 'process-compose.yaml')
    const strict = refused(await lab.try('sessions.import', { workspace: session.workspace, source, strict: true }))
    expect(strict).toMatchObject({ code: 'failed', message: expect.stringContaining('process-compose.yaml:') })
    const dry = await importInto(session, source, { dryRun: true })
    expect(await rowsOf(session)).toEqual([])

    const report = await importInto(session, source)
    expect(report).toEqual(dry)
    expect(report).toMatchObject({ format: 'process-compose', added: ['db', 'web'], dependences: 1 })
    expect(notesOf(report).length).toBeGreaterThan(0)
    const detail = await lab.ask('process.show', session.target('db'))
    expect(detail).toMatchObject({
      row: { restart: 'on-failure' },
      ready: { check: { kind: 'http', url: 'http://127.0.0.1:8080/ok' } },
      parents: [],
      children: [{ required: { kind: 'ready' } }],
    })
    expect(filesWith(session.workspace, 'hunter2')).toEqual([])
  })

  test('a supervisord configuration', async () => {
    const session = await LabSession.create(lab, 'supervisord')
    const source = path.join(
      folderWith('with-supervisord', {
        'supervisord.conf':
          '[program:cat]\ncommand=/bin/cat\nautorestart=true\nstopsignal=INT\nstopwaitsecs=3\nuser=nobody\n[program:later]\ncommand=/bin/cat\nautostart=false\nautorestart=true\n',
      }),
      'supervisord.conf',
    )
    const report = await importInto(session, source)
    expect(report).toMatchObject({ format: 'supervisord', added: ['cat', 'later'] })
    expect(await lab.ask('process.show', session.target('cat'))).toMatchObject({
      row: { restart: 'always' },
      stopSignal: 'SIGINT',
      graceMs: 3000,
    })
    // What is not to be started by itself is not started by `activate` either.
    expect((await session.row('later')).restart).toBe('never')
    expect(notesOf(report).join('\n')).toMatch(/supervisord\.conf:6 .*user/)
  })

  test('what is taken, wrong or in a circle is said and left out, the rest is taken over', async () => {
    const session = await LabSession.create(lab, 'clashes')
    await session.start('taken', 'exec sleep 1000', { launch: false })
    const source = path.join(
      folderWith('with-clashes', {
        'session.yaml': `procession: 1
processes:
  - {alias: taken, command: [/bin/sleep, "1"]}
  - {alias: a, command: [/bin/sleep, "2"], states: [{label: "../../x", when: "true"}, {label: bad, when: "fp["}]}
  - {alias: b, command: [/bin/sleep, "3"], ready: {log: "("}}
  - {alias: lost, uri: "ib://localhost/sync?account=0"}
dependences:
  a: [b]
  b: [a]
  taken: [a]
`,
      }),
      'session.yaml',
    )
    const report = await importInto(session, source)
    const notes = notesOf(report)
    expect(notes).toEqual([
      expect.stringMatching(/^session\.yaml:3 taken: alias: another process is called that here/),
      expect.stringMatching(/^session\.yaml:4 a: state .*cannot be a name/),
      expect.stringMatching(/^session\.yaml:4 a: state bad: /),
      expect.stringMatching(/^session\.yaml:5 b: ready: /),
      expect.stringMatching(/^session\.yaml:6 lost: uri: No handler for "ib:\/\/"/),
      expect.stringMatching(/^session\.yaml: dependence of b on a: .*a → b → a/),
    ])
    expect(report.dependences).toBe(2)
    expect(readdirSync(path.join(session.workspace, 'fp'))).toEqual([])
    expect(await rowsOf(session)).toHaveLength(5)
    // It is kept, and says what is missing when it is started.
    const started = await lab.try('process.startKnown', { targets: [session.target('lost')] })
    expect(refused(started).message).toContain('Nothing here runs ib:// URIs')
  })

  test.each([
    ['nothing', '/no/such/file', 'not_found'],
    ['no known format', path.join(import.meta.dirname, 'import.test.ts'), 'bad_input'],
  ])('%s is a failure', async (_, source, code) => {
    const failure = await lab.try('sessions.import', { workspace: lab.workspace, source, strict: false })
    expect(refused(failure).code).toBe(code)
  })
})

describe('an export', () => {
  async function makeSession(name: string): Promise<LabSession> {
    const session = await LabSession.create(lab, name)
    await lab.ask('process.start', {
      workspace: session.workspace,
      uri: 'exec://localhost/bin/sleep?1000&password=hunter2',
      alias: 'server',
      env: { API_KEY: 'key-one', MODE: 'test' },
      secretEnv: { PIN: 'pin-one' },
      restartLimit: null,
      stopSignal: 'INT',
      graceMs: 1500,
      shutdown: true,
      ready: { check: { kind: 'port', port: 7496 }, intervalMs: 500, timeoutMs: 9000 },
      launch: false,
    })
    await session.start('client', 'echo "$0"', { launch: false, restart: 'on-failure', cwd: '/tmp' })
    const target = session.target('server')
    await lab.ask('states.define', { target, label: 'operative', when: "len(fp['listen']) > 0", require: ['7496'] })
    const names = { workspace: session.workspace, parents: ['server:operative'], children: ['client'] }
    await lab.ask('dependences.add', { ...names, onLoss: 'stop' })
    return session
  }

  const exported = async (session: LabSession, withSecrets: boolean) =>
    (await lab.ask('sessions.export', { workspace: session.workspace, withSecrets })).yaml

  test('with secrets makes the same session elsewhere', async () => {
    const session = await makeSession('exported')
    const yaml = await exported(session, true)
    for (const value of ['hunter2', 'key-one', 'pin-one']) expect(yaml).toContain(value)
    const source = path.join(folderWith('export', { 'session.yaml': yaml }), 'session.yaml')

    const copy = await LabSession.create(lab, 'imported')
    const report = await importInto(copy, source, { strict: true })
    expect(report).toMatchObject({ format: 'procession', added: ['server', 'client'], dependences: 1, notes: [] })
    expect(await exported(copy, true)).toBe(yaml)
    expect(filesWith(copy.workspace, 'hunter2')).toEqual([])
    for (const ref of ['server', 'client']) {
      const [one, other] = await Promise.all(
        [session, copy].map(async (of) => {
          const { row, cwd, ...detail } = await lab.ask('process.show', of.target(ref))
          return {
            name: row.name,
            uri: row.uri,
            argv: row.argv,
            restart: row.restart,
            stop: detail.stopSignal,
            ready: detail.ready,
          }
        }),
      )
      expect(other).toEqual(one)
    }
  })

  test('without secrets holds none, and in the same session dots keep them', async () => {
    const session = await makeSession('redacted')
    const yaml = await exported(session, false)
    for (const value of ['hunter2', 'key-one', 'pin-one']) expect(yaml).not.toContain(value)
    const source = path.join(folderWith('redacted-export', { 'session.yaml': yaml }), 'session.yaml')
    const before = await exported(session, true)
    const report = await importInto(session, source)
    expect(report).toMatchObject({ added: [], updated: ['server', 'client'], dependences: 0 })
    expect(await exported(session, true)).toBe(before)
  })

  test('without secrets waits elsewhere for what it does not hold', async () => {
    const source = path.join(
      folderWith('hidden', {
        'session.yaml':
          'procession: 1\nprocesses:\n  - {alias: server, command: [/bin/sh, -c, "echo $PIN $KEY; exec sleep 1000"], env: {PIN: •••, KEY: •••}, restart: never}\n  - {alias: lost, command: [/bin/sleep, password=•••], restart: never}\n',
      }),
      'session.yaml',
    )
    const session = await LabSession.create(lab, 'waiting-for-secrets')
    expect(notesOf(await importInto(session, source)).join('\n')).toContain('secret set server PIN')
    await lab.ask('process.startKnown', { targets: [session.target('server')] })
    const blocked = await session.untilLife('server', 'blocked')
    expect(blocked.waitingFor).toEqual([{ kind: 'secrets', names: ['PIN', 'KEY'] }])
    await lab.ask('process.setSecrets', { target: session.target('server'), env: { PIN: '1' } })
    expect((await session.row('server')).waitingFor).toEqual([{ kind: 'secrets', names: ['KEY'] }])
    await lab.ask('process.setSecrets', { target: session.target('server'), env: { KEY: '2' } })
    const up = await session.untilLife('server', 'up')
    const output = path.join(session.workspace, 'out', `${up.name}.out`)
    await until(() => readFileSync(output, 'utf8') === '1 2\n', { what: 'both secrets in the program' })

    const failed = await lab.try('process.startKnown', { targets: [session.target('lost')] })
    expect(refused(failed).message).toContain('secrets are missing')
  })
})
