import type { SupervisedRows } from '../../src/main/desktop/supervised-rows.ts'
import type { Life } from '../../src/shared/domain/life.ts'
import type { ProcessRow } from '../../src/shared/domain/rows.ts'
import { processRow } from './rows.ts'

// Made-up rows for the tests of the desktop.

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

export const row = (id: string, life: Life, changes: Partial<ProcessRow> = {}): ProcessRow =>
  processRow({
    id,
    sessionId: 's1',
    name: `${id}-name`,
    alias: id,
    host: 'local',
    life,
    run: 1,
    restarts: 0,
    restart: 'never',
    shutdown: false,
    createdAt: 0,
    startedAt: null,
    ...changes,
  })

export const rowsOf = (...processes: readonly ProcessRow[]): SupervisedRows => ({
  processes: new Map(processes.map((each) => [each.id, each])),
  sessions: new Map([
    ['s1', { name: 'demo', path: '/demo' }],
    ['s2', { name: 'work', path: '/work' }],
  ]),
  hosts: new Map(),
  snapshot: 1,
})
