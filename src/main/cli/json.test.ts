import { expect, test } from 'vitest'
import { processDetail, processRow, rowStart, sessionRow } from '../../../test/helpers/rows.ts'
import { daemonStatusJson, errorJson, processDetailJson, processJson, sessionJson } from './json.ts'

test('session show: every key that scripts rely on', () => {
  const row = processRow({
    lastEnd: { code: 7, signal: null, at: rowStart - 1000, reason: null },
    usage: { cpuPct: 12.5, rssBytes: 4096, listen: ['127.0.0.1:7496'] },
    state: 'operative',
    score: 0.96,
  })
  expect(processJson(row, 'atlas', rowStart + 61_999)).toEqual({
    id: row.id,
    session: 'atlas',
    kind: 'exec',
    alias: 'master.tws',
    name: 'sparkling-guarantee',
    host: 'localhost',
    pty: false,
    uri: 'exec://localhost/opt/tws?password=•••',
    life: 'up',
    state: 'operative',
    score: 0.96,
    pid: 1234,
    started_at: '2026-01-02T03:04:05.006Z',
    uptime_s: 61,
    run: 3,
    restarts: 2,
    restart: 'always',
    shutdown: true,
    waiting_for: [],
    exit: { code: 7, signal: null, at: '2026-01-02T03:04:04.006Z', reason: null },
    cpu_pct: 12.5,
    rss_bytes: 4096,
    listen: ['127.0.0.1:7496'],
  })
})

test('what is not up has neither pid nor uptime, and keeps the end of its last run', () => {
  const end = { code: null, signal: 'SIGKILL', at: rowStart, reason: null }
  const row = processRow({ alias: null, life: { kind: 'exited', run: 3, end }, lastEnd: end })
  expect(processJson(row, 'atlas', rowStart)).toMatchObject({
    alias: null,
    life: 'exited',
    pid: null,
    uptime_s: null,
    exit: { code: null, signal: 'SIGKILL' },
    cpu_pct: null,
    rss_bytes: null,
    listen: [],
  })
})

test('what waits for a machine names it', () => {
  const life = { kind: 'blocked', since: rowStart, isRestart: false } as const
  const row = processRow({
    life,
    host: 'gpu-01',
    waitingFor: [{ kind: 'host', name: 'gpu-01', now: 'is unreachable' }],
  })
  expect(processJson(row, 'atlas', rowStart)).toMatchObject({ host: 'gpu-01', waiting_for: ['host:gpu-01'] })
})

test('a clock that was put back gives no negative uptime', () => {
  expect(processJson(processRow(), 'atlas', rowStart - 5000).uptime_s).toBe(0)
})

const running = { identity: { bootId: 'boot', pid: 77, startTime: '9' }, shimPid: 76 }

test.each([
  ['starting', { kind: 'starting', run: 1, since: rowStart, program: running, readyBy: rowStart }, null],
  ['paused', { kind: 'paused', run: 1, since: rowStart, program: running }, 10],
] as const)('what is %s has its pid', (_, life, uptime) => {
  expect(processJson(processRow({ life }), 'atlas', rowStart + 10_000)).toMatchObject({ pid: 77, uptime_s: uptime })
})

test('session show NAME: the same object and more', () => {
  const detail = processDetail()
  const json = processDetailJson(detail, 'atlas', (id) => id, rowStart)
  expect(json).toMatchObject(processJson(detail.row, 'atlas', rowStart))
  expect(json).toMatchObject({
    fp: null,
    states: [],
    parents: [],
    children: [],
    cmdline: ['/opt/tws', 'password=•••'],
    cwd: '/home/agp/workspace/atlas',
    env_names: ['API_KEY', 'PATH'],
    paths: { out: '/w/out/a.out', err: '/w/err/a.out', etc: '/w/etc/a.yaml', pid: '/w/pid/a.pid' },
  })
})

test('session list counts only its own processes', () => {
  const rows = [processRow(), processRow({ life: { kind: 'new' } }), processRow({ sessionId: 'session-2' })]
  expect(sessionJson(sessionRow({ readOnly: { kind: 'locked', message: 'held' } }), rows)).toEqual({
    id: 'session-1',
    name: 'atlas',
    path: '/home/agp/workspace/atlas',
    active: true,
    problems: [],
    read_only: { kind: 'locked', message: 'held' },
    processes: 2,
    running: 1,
  })
})

test('daemon status', () => {
  const status = {
    pid: 4,
    version: '0.1.0',
    protocol: 1,
    home: '/h',
    socket: '/h/daemon.sock',
    log: '/h/daemon.log',
    http: ['http://127.0.0.1:7517'],
    startedAt: rowStart,
    processes: { total: 9, running: 5 },
  }
  expect(daemonStatusJson(status, rowStart + 2500)).toEqual({
    pid: 4,
    version: '0.1.0',
    home: '/h',
    socket: '/h/daemon.sock',
    http: ['http://127.0.0.1:7517'],
    uptime_s: 2,
    processes: 5,
  })
})

test('a failure', () => {
  expect(errorJson({ ok: false, code: 'not_found', message: 'No such process', hint: 'Look' })).toEqual({
    error: { code: 'not_found', message: 'No such process', hint: 'Look' },
  })
})
