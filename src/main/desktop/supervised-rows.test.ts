import { expect, test } from 'vitest'
import { exited, row, up } from '../../../test/helpers/desktop-rows.ts'
import { localRow, sshRow } from '../../../test/helpers/host-rows.ts'
import { applyPart, noRows } from './supervised-rows.ts'

const session = { id: 's1', name: 'demo', path: '/demo', active: true, readOnly: null, problems: [] }
const place = { epoch: 'e', seq: 1 }
const first = applyPart(noRows, {
  ...place,
  snapshot: {
    sessions: [session],
    processes: [row('a', up), row('b', exited(0))],
    dependences: [],
    hosts: [localRow(), sshRow('gpu-01', { kind: 'connected', since: 1 })],
  },
})

test('a snapshot replaces everything', () => {
  expect([...first.processes.keys()]).toEqual(['a', 'b'])
  expect(first.sessions.get('s1')?.name).toBe('demo')
  const empty = applyPart(first, { ...place, snapshot: { sessions: [], processes: [], dependences: [], hosts: [] } })
  expect(empty).toEqual({ ...noRows, snapshot: 2 })
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
  expect(next.sessions.get('s1')?.name).toBe('renamed')
  expect(first.processes.size).toBe(2)
})

test('hosts change with their state and go with their name', () => {
  const lost = { kind: 'unreachable', since: 1, retryAt: 2 } as const
  const next = applyPart(first, { ...place, events: [{ kind: 'host', host: sshRow('gpu-01', lost) }] })
  expect(next.hosts.get('gpu-01')).toEqual({ name: 'gpu-01', state: lost })
  const gone = applyPart(next, { ...place, events: [{ kind: 'host-removed', name: 'gpu-01' }] })
  expect([...gone.hosts.keys()]).toEqual(['local'])
})

test('measurements and dependences change nothing, so nothing is drawn again for them', () => {
  const part = {
    ...place,
    events: [
      { kind: 'usage' as const, id: 'a', usage: null, cpuHistory: [] },
      { kind: 'dependences' as const, sessionId: 's1', dependences: [] },
      { kind: 'host' as const, host: localRow({ load1: 9 }) },
    ],
  }
  expect(applyPart(first, part)).toBe(first)
})
