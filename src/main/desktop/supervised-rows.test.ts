import { expect, test } from 'vitest'
import { exited, row, up } from './rows-for-tests.ts'
import { applyPart, countLive, noRows } from './supervised-rows.ts'

const session = { id: 's1', name: 'demo', path: '/demo', active: true, readOnly: null }
const place = { epoch: 'e', seq: 1 }
const first = applyPart(noRows, {
  ...place,
  snapshot: { sessions: [session], processes: [row('a', up), row('b', exited(0))], hosts: [] },
})

test('a snapshot replaces everything', () => {
  expect([...first.processes.keys()]).toEqual(['a', 'b'])
  expect(first.sessions.get('s1')).toBe('demo')
  const empty = applyPart(first, { ...place, snapshot: { sessions: [], processes: [], hosts: [] } })
  expect(empty).toEqual(noRows)
})

test('events change one row each', () => {
  const next = applyPart(first, {
    ...place,
    events: [
      { kind: 'session', session: { ...session, name: 'renamed' } },
      { kind: 'process', process: row('b', up) },
      { kind: 'process-removed', id: 'a' },
    ],
  })
  expect([...next.processes.values()].map(({ id, life }) => [id, life.kind])).toEqual([['b', 'up']])
  expect(next.sessions.get('s1')).toBe('renamed')
  expect(first.processes.size).toBe(2)
})

test('measurements change nothing, so nothing is drawn again for them', () => {
  const part = {
    ...place,
    events: [
      { kind: 'usage' as const, id: 'a', usage: null, cpuHistory: [] },
      { kind: 'host' as const, host: { name: 'here', cores: 2, load1: 0.5 } },
    ],
  }
  expect(applyPart(first, part)).toBe(first)
})

test('what may be running is live', () => {
  expect(countLive(first)).toBe(1)
})
