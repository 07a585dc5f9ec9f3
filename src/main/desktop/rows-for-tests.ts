import type { Life } from '../../shared/domain/life.ts'
import type { ProcessRow } from '../../shared/domain/rows.ts'
import type { SupervisedRows } from './supervised-rows.ts'

// Made-up rows for the tests of this folder.

export const up: Extract<Life, { kind: 'up' }> = {
  kind: 'up',
  run: 1,
  since: 1000,
  program: { identity: { bootId: 'b', pid: 42, startTime: '7' }, shimPid: 41 },
}
export const exited = (code: number | null, at = 2000, signal: string | null = null): Life => ({
  kind: 'exited',
  run: 1,
  end: { code, signal, at, reason: null },
})

export const row = (id: string, life: Life, changes: Partial<ProcessRow> = {}): ProcessRow => ({
  id,
  sessionId: 's1',
  kind: 'exec',
  name: `${id}-name`,
  alias: id,
  host: 'here',
  uri: 'exec://localhost/bin/true',
  argv: ['/bin/true'],
  life,
  state: null,
  score: null,
  run: 1,
  restarts: 0,
  restart: 'never',
  restartLimit: null,
  shutdown: false,
  waitingFor: [],
  notices: [],
  createdAt: 0,
  startedAt: null,
  lastEnd: null,
  usage: null,
  cpuHistory: [],
  ...changes,
})

export const rowsOf = (...processes: readonly ProcessRow[]): SupervisedRows => ({
  processes: new Map(processes.map((each) => [each.id, each])),
  sessions: new Map([
    ['s1', { name: 'demo', path: '/demo' }],
    ['s2', { name: 'work', path: '/work' }],
  ]),
  snapshot: 1,
})
