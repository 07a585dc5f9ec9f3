import { describe, expect, test } from 'vitest'
import type { ProcessRow } from '../../shared/domain/rows.ts'
import { applyPart, noRows } from './rows.ts'

const row = (id: string): ProcessRow => ({
  id,
  sessionId: 's',
  kind: 'exec',
  name: id,
  alias: null,
  host: 'local',
  uri: '',
  argv: [],
  life: { kind: 'new' },
  state: null,
  score: null,
  run: 0,
  restarts: 0,
  restart: 'never',
  shutdown: false,
  createdAt: 0,
  startedAt: null,
  lastEnd: null,
  usage: null,
  cpuHistory: [],
})
const place = { epoch: 'e', seq: 1 }
const first = applyPart(noRows, {
  ...place,
  snapshot: { sessions: [], processes: [row('a'), row('b')], hosts: [{ name: 'local', cores: 2, load1: 0.5 }] },
})

describe('rows from the feed', () => {
  test('a snapshot replaces everything', () => {
    expect([...first.processes.keys()]).toEqual(['a', 'b'])
    expect(
      applyPart(first, { ...place, snapshot: { sessions: [], processes: [row('c')], hosts: [] } }).processes.size,
    ).toBe(1)
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
        { kind: 'host', host: { name: 'local', cores: 2, load1: 1 } },
      ],
    })
    expect([...next.processes.values()]).toEqual([changed])
    expect(next.structure).toBeGreaterThan(first.structure)
    expect(next.hosts.get('local')?.load1).toBe(1)
  })

  test('no events change nothing', () => expect(applyPart(first, { ...place, events: [] })).toBe(first))
})
