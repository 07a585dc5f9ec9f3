import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readBootId } from '../../../src/main/daemon/adapters/exec/proc.ts'
import { defaultRestartLimit } from '../../../src/shared/domain/restart.ts'
import { DaemonLab, isRunning, pidOf } from '../../helpers/daemon-lab.ts'
import { LabSession } from '../../helpers/lab-session.ts'
import { detailOf, historyOf, refused } from '../../helpers/session-rows.ts'

// Section 12 of the Session seed: what is stored, and that nothing of it is ever lost.

let lab: DaemonLab
beforeAll(async () => {
  lab = await DaemonLab.start()
})
afterAll(() => lab[Symbol.asyncDispose]())

const databaseOf = (workspace: string) => path.join(workspace, 'db', 'session.db')

/** Reads the database of a session beside the daemon that writes it. */
function reading<T>(workspace: string, read: (database: Database.Database) => T): T {
  const database = new Database(databaseOf(workspace), { readonly: true })
  try {
    return read(database)
  } finally {
    database.close()
  }
}

test('each table has its columns, is strict, and belongs to its process', () => {
  const columns = reading(lab.workspace, (database) => {
    const tables = database.prepare<[], { name: string; strict: number }>('PRAGMA table_list').all()
    return Object.fromEntries(
      tables
        .filter(({ name }) => !name.startsWith('sqlite_'))
        .map(({ name, strict }) => {
          expect([name, strict]).toEqual([name, 1])
          return [name, database.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(name)]
        }),
    )
  })
  expect(Object.keys(columns).toSorted()).toEqual([
    'dependences',
    'events',
    'incarnations',
    'meta',
    'processes',
    'runs',
    'states',
  ])
  const expected = {
    meta: ['uuid', 'name', 'machine_id', 'created_at', 'active', 'root', 'hostname'],
    processes: [
      ...['id', 'name', 'alias', 'uri_redacted', 'secret_ref', 'host', 'argv_json', 'exe', 'cwd', 'env_json'],
      ...['restart', 'restart_limit_json', 'restart_memory_json', 'shutdown', 'stop_signal', 'grace_ms', 'ready_json'],
      ...['match_json', 'pty', 'desired', 'life_json', 'tag', 'score', 'run_no', 'created_at', 'updated_at'],
    ],
    incarnations: ['id', 'process_id', 'created_at', 'ended_at', 'result'],
    states: ['process_id', 'label', 'fp_json', 'expr', 'ignore_json', 'required_json', 'saved_at'],
    dependences: ['child_id', 'parent', 'parent_missing', 'state', 'on_loss'],
    runs: [
      ...['process_id', 'run_no', 'incarnation_id', 'pid', 'start_time', 'boot_id', 'started_at', 'ended_at'],
      ...['exit_code', 'signal', 'reason', 'out_offset', 'err_offset'],
    ],
    events: ['id', 'at', 'process_id', 'actor', 'kind', 'data_json', 'why'],
  }
  for (const [table, names] of Object.entries(expected)) expect(columns[table]).toEqual(expect.arrayContaining(names))
  expect(reading(lab.workspace, (database) => database.pragma('journal_mode', { simple: true }))).toBe('wal')
  expect(reading(lab.workspace, (database) => database.pragma('user_version', { simple: true }))).toBe(3)
})

test('every time is a whole number of milliseconds UTC, whatever time zone a process has', async () => {
  const from = Date.now()
  await lab.startScript('timed', 'exit 0', { env: { TZ: 'Pacific/Kiritimati' } })
  await lab.untilRow('timed', 'has ended', ({ life }) => life.kind === 'exited')
  const times = reading(lab.workspace, (database) =>
    [
      `SELECT created_at FROM processes WHERE alias = 'timed'`,
      `SELECT updated_at FROM processes WHERE alias = 'timed'`,
      'SELECT max(created_at) FROM incarnations',
      'SELECT max(ended_at) FROM incarnations',
      'SELECT max(intended_at) FROM runs',
      'SELECT max(started_at) FROM runs',
      'SELECT max(ended_at) FROM runs',
      'SELECT max(at) FROM events',
    ].map((sql) => database.prepare<[], number>(sql).pluck().get()),
  )
  // The end of a run is exact to the hundredth of a second of the system's own clock.
  for (const time of times) {
    expect(Number.isInteger(time)).toBe(true)
    expect(time).toBeGreaterThan(from - 50)
    expect(time).toBeLessThan(Date.now() + 50)
  }
})

describe('what the original lost', () => {
  test('is there after an attach by alias alone: name, URI, pid and settings', async () => {
    const { process: before } = await lab.ask('process.start', {
      workspace: lab.workspace,
      uri: 'exec://localhost/bin/sleep?3301',
      alias: 'attached',
      restart: 'on-failure',
      shutdown: true,
      graceMs: 1234,
    })
    const rowOf = () =>
      reading(lab.workspace, (database) =>
        database.prepare<[], Record<string, unknown>>(`SELECT * FROM processes WHERE alias = 'attached'`).get(),
      )
    const { tag: _, score: _score, updated_at: _at, ...stored } = rowOf() ?? {}
    await lab.ask('process.attach', { workspace: lab.workspace, program: null, alias: 'attached', state: 'operative' })
    expect(rowOf()).toMatchObject({ ...stored, tag: 'operative', score: 1 })
    const after = await lab.row('attached')
    expect(after).toMatchObject({
      ...before,
      state: 'operative',
      score: 1,
      usage: after.usage,
      cpuHistory: after.cpuHistory,
    })
  })

  test('is there when a name is wanted twice: the newcomer is refused, the first stays', async () => {
    const first = await lab.startScript('taken', 'exec sleep 3302', { name: 'taken-name' })
    const rows = () =>
      reading(lab.workspace, (database) => database.prepare('SELECT id, name, alias FROM processes').all())
    const before = rows()
    for (const names of [{ alias: 'taken' }, { alias: 'taken-name' }, { alias: 'free', name: 'taken' }]) {
      const refusal = refused(
        await lab.try('process.start', { workspace: lab.workspace, argv: ['/bin/sleep', '3303'], ...names }),
      )
      expect(refusal.code).toBe('conflict')
    }
    expect(rows()).toEqual(before)
    expect(pidOf(await lab.row('taken'))).toBe(pidOf(first))
  })

  test('is there when only one setting of a known process is changed', async () => {
    const uri = 'exec://localhost/bin/sleep?3304'
    const asked = { workspace: lab.workspace, uri } as const
    await lab.ask('process.start', { ...asked, alias: 'kept', shutdown: true, stopSignal: 'INT', env: { A: '1' } })
    const before = await detailOf(lab, 'kept')
    const { changed } = await lab.ask('process.start', { ...asked, restart: 'never', force: true })
    expect(changed).toEqual(['restart'])
    const after = await detailOf(lab, 'kept')
    expect(after.row).toMatchObject({ alias: 'kept', uri: before.row.uri, restart: 'never', shutdown: true })
    expect([after.stopSignal, after.envNames, after.cwd]).toEqual([before.stopSignal, before.envNames, before.cwd])
  })
})

describe('a database of the first version', () => {
  const schema = readFileSync(
    path.join(
      import.meta.dirname,
      ...['..', '..', '..', 'src', 'main', 'daemon', 'store', 'migrations', 'session', '0001-processes.sql'],
    ),
    'utf8',
  )
  const ids = new Map<string, string>()
  const at = Date.UTC(2026, 0, 2, 3, 4, 5, 6)
  const end = { code: 3, signal: null, at, reason: null }

  /** The lives of the first version, by alias. `program` runs. */
  const livesOf = (program: unknown) => ({
    fresh: { kind: 'new' },
    started: { kind: 'starting', run: 1, since: at },
    running: { kind: 'up', run: 1, since: at, program },
    'to-stop': {
      kind: 'stopping',
      run: 1,
      since: at,
      killAt: at,
      program: null,
      by: 'user',
      next: 'down',
      survivors: [],
    },
    'to-start': {
      kind: 'stopping',
      run: 1,
      since: at,
      killAt: at,
      program: null,
      by: 'user',
      next: 'start',
      survivors: [],
    },
    stopped: { kind: 'down', since: at, reason: 'Stopped by you' },
    ended: { kind: 'exited', run: 1, end },
    failed: { kind: 'failed', since: at, reason: 'could not start: not found' },
  })

  /** Puts a database of the first version in the place of the one that is there; its session and a running process stay. */
  function replaceByFirst(workspace: string): void {
    const { uuid, running } = reading(workspace, (database) => ({
      uuid: database.prepare<[], string>('SELECT uuid FROM meta').pluck().get(),
      running: database
        .prepare<[], { id: string; name: string; life_json: string }>(
          `SELECT id, name, life_json FROM processes WHERE alias = 'running'`,
        )
        .get(),
    }))
    if (running === undefined) throw new Error('Nothing runs')
    const { program } = JSON.parse(running.life_json) as { program: { identity: { pid: number; startTime: string } } }
    const machineId = reading(workspace, (old) => old.prepare<[], string>('SELECT machine_id FROM meta').pluck().get())
    for (const suffix of ['', '-wal', '-shm']) rmSync(databaseOf(workspace) + suffix, { force: true })
    const database = new Database(databaseOf(workspace))
    database.exec(schema)
    database.pragma('user_version = 1')
    database.prepare('INSERT INTO meta VALUES (?, ?, ?, ?)').run(uuid, 'first', machineId, at)
    for (const [alias, life] of Object.entries(livesOf(program))) {
      const id = alias === 'running' ? running.id : `0195e2aa-0000-7000-8000-${ids.size.toString().padStart(12, '0')}`
      ids.set(alias, id)
      const hasRun = alias !== 'fresh'
      database
        .prepare(`INSERT INTO processes VALUES (@id, @name, @alias, @uri, @alias, NULL, 'local', '["/bin/sleep","3305"]',
            '/', '{}', @restart, 1, 'SIGTERM', 10000, @desired, @life, @run, @at, @at)`)
        .run({
          id,
          name: alias === 'running' ? running.name : `first-${alias}`,
          alias,
          uri: `exec://localhost/bin/sleep?${alias}`,
          restart: alias === 'running' ? 'always' : 'never',
          desired: ['running', 'to-start'].includes(alias) ? 'up' : 'down',
          life: JSON.stringify(life),
          run: hasRun ? 1 : 0,
          at,
        })
      database
        .prepare(`INSERT INTO events (at, process_id, actor, kind, data_json) VALUES (?, ?, 'user', 'start', ?)`)
        .run(at, id, JSON.stringify(life))
      if (!hasRun) continue
      database.prepare('INSERT INTO incarnations VALUES (?, ?, ?, NULL, NULL)').run(`incarnation-${alias}`, id, at)
      database
        .prepare(`INSERT INTO runs (process_id, run_no, incarnation_id, intended_at, pid, start_time, boot_id, started_at,
            out_offset, err_offset) VALUES (?, 1, ?, ?, ?, ?, ?, ?, 0, 0)`)
        .run(id, `incarnation-${alias}`, at, program.identity.pid, program.identity.startTime, readBootId(), at)
    }
    database.close()
  }

  test('opens with all that it holds, and what runs goes on', async () => {
    const session = await LabSession.create(lab, 'first')
    const before = await session.start('running', 'exec sleep 3305')
    await lab.stopDaemon()
    replaceByFirst(session.workspace)
    await lab.startDaemon()

    const { processes, sessions } = await lab.ask('rows.list', { workspace: session.workspace })
    expect(sessions[0]).toMatchObject({ name: 'first', active: true, readOnly: null, path: session.workspace })
    expect(processes).toHaveLength(ids.size)
    const row = (alias: string) => processes.find((candidate) => candidate.alias === alias)
    for (const { id, alias, restartLimit, state } of processes) {
      expect(id).toBe(ids.get(String(alias)))
      expect({ restartLimit, state }).toEqual({ restartLimit: defaultRestartLimit, state: null })
    }
    expect(pidOf(await session.row('running'))).toBe(pidOf(before))
    expect(row('fresh')?.life).toEqual({ kind: 'new' })
    expect(row('stopped')?.life).toEqual({ kind: 'down', since: at, reason: 'Stopped by you' })
    expect(row('ended')?.life).toEqual({ kind: 'exited', run: 1, end })
    expect(row('failed')?.life).toMatchObject({ kind: 'failed', because: 'could-not-start', since: at })
    expect(row('started')?.life).toMatchObject({ kind: 'failed', because: 'could-not-start' })
    await session.untilLife('to-stop', 'down')
    const again = await session.untilLife('to-start', 'up')
    expect(again.run).toBe(2)

    // All of the history can be read, and what is new can be written.
    for (const [alias, id] of ids) {
      const history = await lab.ask('process.history', { target: { id } })
      expect([alias, history.at(-1)?.what.kind]).toEqual([alias, 'life'])
    }
    await lab.ask('process.attach', {
      workspace: session.workspace,
      program: null,
      alias: 'running',
      state: 'operative',
    })
    await session.depend(['running:operative', 'to-start'])
    expect((await session.row('running')).state).toBe('operative')
    await session.stop('running', 'to-start')
    expect(isRunning(pidOf(before))).toBe(false)
  })
})

test('a state that is saved again keeps what it was in the history', async () => {
  await lab.startScript('stateful', 'exec sleep 3306')
  const save = { workspace: lab.workspace, program: null, alias: 'stateful', state: 'operative' } as const
  await lab.ask('process.attach', save)
  await lab.ask('process.attach', save)
  const notes = (await historyOf(lab, 'stateful')).flatMap(({ what }) => (what.kind === 'note' ? [what.text] : []))
  expect(notes).toEqual(['State operative saved anew', 'State operative saved'])
  const earlier = reading(lab.workspace, (database) =>
    database
      .prepare<[], string>(`SELECT json_extract(data_json, '$.earlier.fingerprint.cmdline') FROM events
        WHERE kind = 'note' AND json_extract(data_json, '$.earlier') IS NOT NULL`)
      .pluck()
      .get(),
  )
  expect(JSON.parse(String(earlier))).toEqual(['sleep', '3306'])
})
