import type { RowsSnapshot } from '../../src/shared/contract/schemas.ts'
import { parseRequired } from '../../src/shared/domain/dependence.ts'
import type { Life } from '../../src/shared/domain/life.ts'
import type { DependenceRow, ProcessRow, SessionRow, WaitingFor } from '../../src/shared/domain/rows.ts'
import { localRow } from './host-rows.ts'
import { processRow, sessionRow, upLife } from './rows.ts'

const second = 1000

/** One dependence between processes of `session-1`, by their ids. */
export const dependence = (
  parentId: string,
  state: string,
  childId: string,
  changes: Partial<DependenceRow> = {},
): DependenceRow => ({
  sessionId: 'session-1',
  parent: { kind: 'process', id: parentId },
  required: parseRequired(state),
  childId,
  onLoss: 'keep',
  holds: true,
  ...changes,
})

const unmet = { holds: false } as const

const waitsFor = (id: string, state: string, now: string): WaitingFor => ({
  kind: 'parent',
  id,
  name: id,
  required: parseRequired(state),
  now,
})

type GraphScene = Pick<RowsSnapshot, 'sessions' | 'processes' | 'dependences' | 'hosts'>

const snapshot = (
  sessions: readonly SessionRow[],
  processes: readonly ProcessRow[],
  dependences: readonly DependenceRow[],
): GraphScene => ({
  sessions: [...sessions],
  processes: [...processes],
  dependences: [...dependences],
  hosts: [localRow()],
})

const named = (name: string, life: Life, changes: Partial<ProcessRow> = {}): ProcessRow =>
  processRow({ id: name, name: `name-of-${name}`, alias: name, argv: ['/opt/run', name], life, ...changes })

/** Two pairs of a trading desk in the middle of their start: what is met, what is not, and why. */
export function tradingScene(now: number): GraphScene {
  const blocked = (ago: number): Life => ({ kind: 'blocked', since: now - ago * second, isRestart: false })
  const program = { identity: { bootId: 'boot', pid: 4711, startTime: '99' }, shimPid: 4710 }
  const starting: Life = {
    kind: 'starting',
    run: 1,
    since: now - 41 * second,
    program,
    readyBy: now + 19 * second,
  }
  const done: Life = { kind: 'exited', run: 1, end: { code: 0, signal: null, at: now - 60 * second, reason: null } }
  const wait = (...waitingFor: WaitingFor[]) => ({ waitingFor })
  return snapshot(
    [sessionRow({ name: 'atlas-trading' })],
    [
      named('db-migrate', done),
      named('master.tws', starting),
      named('slave.tws', upLife(2001), { state: 'operative', score: 0.97 }),
      named('master.trader', blocked(41), wait(waitsFor('master.tws', 'operative', 'starting'))),
      named('tick-recorder', upLife(2002), { state: 'ready', score: 1 }),
      named('risk-monitor', blocked(158), wait(waitsFor('master.trader', 'ready', 'waiting'))),
      named('slave.trader', blocked(158), wait(waitsFor('master.trader', 'ready', 'waiting'))),
      named('eod-report', blocked(158), wait(waitsFor('tick-recorder', 'exited:0', 'running'))),
      named('metrics-export', upLife(2003)),
      named('notebook', { kind: 'down', since: now, reason: 'Stopped by you' }),
    ],
    [
      dependence('db-migrate', 'exited:0', 'master.trader'),
      dependence('master.tws', 'operative', 'master.trader', unmet),
      dependence('master.trader', 'ready', 'risk-monitor', unmet),
      dependence('master.trader', 'ready', 'slave.trader', unmet),
      dependence('slave.tws', 'operative', 'slave.trader'),
      dependence('slave.tws', 'operative', 'tick-recorder'),
      dependence('tick-recorder', 'exited:0', 'eod-report', unmet),
    ],
  )
}

const mostColumns = 10

/**
 * `sessions` sessions of `size` processes each, in up to ten columns: every process needs one or two of the column
 * before it, and some one further back. The same numbers give the same graph.
 */
export function largeScene(sessions: number, size: number): GraphScene {
  const rows: SessionRow[] = []
  const processes: ProcessRow[] = []
  const dependences: DependenceRow[] = []
  const height = Math.ceil(size / mostColumns)
  for (let session = 1; session <= sessions; session += 1) {
    const sessionId = `session-${session}`
    rows.push(sessionRow({ id: sessionId, name: `sweep-${session}`, path: `/work/sweep-${session}` }))
    for (let index = 0; index < size; index += 1) {
      const id = `${sessionId}-${index}`
      const isBlocked = index % 7 === 6
      const life: Life = isBlocked ? { kind: 'blocked', since: 0, isRestart: false } : upLife(1000 + index)
      processes.push(named(`step-${index}`, life, { id, sessionId }))
      const column = Math.floor(index / height)
      const inColumn = (before: number, offset: number) => (column - before) * height + ((index + offset) % height)
      const parents = new Set<number>()
      if (column > 0) parents.add(inColumn(1, 0)).add(inColumn(1, index % 3))
      if (column > 2 && index % 9 === 0) parents.add(inColumn(3, 1))
      for (const parent of parents) {
        dependences.push(dependence(`${sessionId}-${parent}`, 'up', id, { sessionId, holds: parent % 7 !== 6 }))
      }
    }
  }
  return snapshot(rows, processes, dependences)
}
