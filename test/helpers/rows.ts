import { defaultRestartLimit } from '../../src/shared/domain/restart.ts'
import type { ProcessDetail, ProcessRow, SessionRow } from '../../src/shared/domain/rows.ts'

/** 2026-01-02 03:04:05.006 UTC, the start of `processRow()`. */
export const rowStart = Date.UTC(2026, 0, 2, 3, 4, 5, 6)

/** A row with plausible values for tests; `changes` replace some. */
export const processRow = (changes: Partial<ProcessRow> = {}): ProcessRow => ({
  id: '0195e2aa-0000-7000-8000-000000000001',
  sessionId: 'session-1',
  kind: 'exec',
  name: 'sparkling-guarantee',
  alias: 'master.tws',
  host: 'localhost',
  pty: false,
  uri: 'exec://localhost/opt/tws?password=•••',
  argv: ['/opt/tws', 'password=•••'],
  life: upLife(1234),
  state: null,
  score: null,
  run: 3,
  restarts: 2,
  restart: 'always',
  restartLimit: defaultRestartLimit,
  shutdown: true,
  waitingFor: [],
  notices: [],
  createdAt: rowStart - 60_000,
  startedAt: rowStart,
  lastEnd: null,
  usage: null,
  cpuHistory: [],
  ...changes,
})

export const upLife = (pid: number): ProcessRow['life'] => ({
  kind: 'up',
  run: 3,
  since: rowStart,
  program: { identity: { bootId: 'boot', pid, startTime: '99' }, shimPid: pid - 1 },
})

export const sessionRow = (changes: Partial<SessionRow> = {}): SessionRow => ({
  id: 'session-1',
  name: 'atlas',
  path: '/home/agp/workspace/atlas',
  active: true,
  readOnly: null,
  problems: [],
  ...changes,
})

export const processDetail = (row: ProcessRow = processRow()): ProcessDetail => ({
  row,
  cwd: '/home/agp/workspace/atlas',
  envNames: ['API_KEY', 'PATH'],
  stopSignal: 'SIGTERM',
  graceMs: 10_000,
  ready: null,
  fingerprint: null,
  states: [],
  parents: [],
  children: [],
  paths: { out: '/w/out/a.out', err: '/w/err/a.out', etc: '/w/etc/a.yaml', pid: '/w/pid/a.pid' },
  runs: [],
})
