import { describe, expect, test } from 'vitest'
import { localRow, sshRow } from '../../../test/helpers/host-rows.ts'
import { processRow } from '../../../test/helpers/rows.ts'
import type { DependenceRow, ProcessRow } from '../../shared/domain/rows.ts'
import { applyPart, noRows } from './rows.ts'

const row = (id: string): ProcessRow => processRow({ id, name: id, life: { kind: 'new' } })
const dependence = (parent: string, child: string, holds = false): DependenceRow => ({
  sessionId: 's',
  parent: { kind: 'process', id: parent },
  required: { kind: 'up' },
  childId: child,
  onLoss: 'keep',
  holds,
})
const place = { epoch: 'e', seq: 1 }
const first = applyPart(noRows, {
  ...place,
  snapshot: {
    sessions: [],
    processes: [row('a'), row('b')],
    dependences: [dependence('a', 'b')],
    hosts: [localRow({ load1: 0.5 }), sshRow('gpu-01'), sshRow('lab')],
  },
})

describe('rows from the feed', () => {
  test('a snapshot replaces everything', () => {
    expect([...first.processes.keys()]).toEqual(['a', 'b'])
    const snapshot = { sessions: [], processes: [row('c')], dependences: [], hosts: [] }
    const next = applyPart(first, { ...place, snapshot })
    expect([...next.processes.keys()]).toEqual(['c'])
    expect(next.dependences.size).toBe(0)
  })

  test('measurements touch one row and change no order', () => {
    const usage = { cpuPct: 5, rssBytes: 100, listen: [] }
    const next = applyPart(first, { ...place, events: [{ kind: 'usage', id: 'a', usage, cpuHistory: [5] }] })
    expect(next.processes.get('a')?.usage).toEqual(usage)
    expect(next.processes.get('b')).toBe(first.processes.get('b'))
    expect(next.structure).toBe(first.structure)
  })

  test('measurements of an unknown row are dropped', () => {
    const next = applyPart(first, { ...place, events: [{ kind: 'usage', id: 'x', usage: null, cpuHistory: [] }] })
    expect(next.processes.has('x')).toBe(false)
  })

  test('rows come, change and go', () => {
    const changed = { ...row('a'), alias: 'new-name' }
    const next = applyPart(first, {
      ...place,
      events: [
        { kind: 'process', process: changed },
        { kind: 'process-removed', id: 'b' },
        { kind: 'host', host: localRow({ load1: 1 }) },
        { kind: 'host-removed', name: 'gpu-01' },
      ],
    })
    expect([...next.processes.values()]).toEqual([changed])
    expect(next.structure).toBeGreaterThan(first.structure)
    expect(next.hosts.get('local')?.load1).toBe(1)
    expect([...next.hosts.keys()]).toEqual(['local', 'lab'])
  })

  test('the dependences of a session come all together, and others stay', () => {
    const held = dependence('a', 'b', true)
    const other = { ...held, sessionId: 'other' }
    const next = applyPart(first, {
      ...place,
      events: [
        { kind: 'dependences', sessionId: 's', dependences: [held] },
        { kind: 'dependences', sessionId: 'other', dependences: [other] },
      ],
    })
    expect(next.dependences.get('s')).toEqual([held])
    expect(next.dependences.get('other')).toEqual([other])
    expect(next.structure).toBeGreaterThan(first.structure)
    expect(next.processes.get('a')).toBe(first.processes.get('a'))
  })

  test('no events change nothing', () => expect(applyPart(first, { ...place, events: [] })).toBe(first))
})
