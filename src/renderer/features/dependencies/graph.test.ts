import { describe, expect, test } from 'vitest'
import { processRow, sessionRow } from '../../../../test/helpers/rows.ts'
import type { DependenceRow, ProcessRow, SessionRow } from '../../../shared/domain/rows.ts'
import { processCount, sessionGraphs } from './graph.ts'

const process = (id: string, alias: string, sessionId = 's1'): ProcessRow => processRow({ id, alias, sessionId })

const needs = (childId: string, parent: DependenceRow['parent'], sessionId = 's1'): DependenceRow => ({
  sessionId,
  parent,
  required: { kind: 'ready' },
  childId,
  onLoss: 'keep',
  holds: false,
})
const of = (id: string): DependenceRow['parent'] => ({ kind: 'process', id })

const session = (id: string, name: string): SessionRow => sessionRow({ id, name })

const rowsOf = (processes: readonly ProcessRow[], dependences: readonly DependenceRow[]) => ({
  sessions: new Map([session('s1', 'zebra'), session('s2', 'atlas')].map((row) => [row.id, row])),
  processes: new Map(processes.map((row) => [row.id, row])),
  dependences: Map.groupBy(dependences, ({ sessionId }) => sessionId),
})

describe('the graphs of sessions', () => {
  test('hold only processes that have dependences, and count the others', () => {
    const rows = rowsOf([process('a', 'a'), process('b', 'b'), process('c', 'c')], [needs('b', of('a'))])
    const [graph] = sessionGraphs(rows)
    expect([...(graph?.nodes.keys() ?? [])]).toEqual(['a', 'b'])
    expect(graph?.others).toBe(1)
  })

  test('come by name, their nodes in the order a person counts', () => {
    const processes = [
      process('x', 'worker-10'),
      process('y', 'worker-9'),
      process('p', 'p', 's2'),
      process('q', 'q', 's2'),
    ]
    const rows = rowsOf(processes, [needs('x', of('y')), needs('q', of('p'), 's2')])
    const graphs = sessionGraphs(rows)
    expect(graphs.map(({ name }) => name)).toEqual(['atlas', 'zebra'])
    expect([...(graphs[1]?.nodes.values() ?? [])].map(({ name }) => name)).toEqual(['worker-9', 'worker-10'])
  })

  test('show a parent that does not exist yet, and no process that has gone', () => {
    const rows = rowsOf(
      [process('b', 'b')],
      [needs('b', { kind: 'missing', name: 'later' }), needs('b', of('gone')), needs('gone', of('b'))],
    )
    const [graph] = sessionGraphs(rows)
    expect([...(graph?.nodes.values() ?? [])].map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'process b',
      'missing later',
    ])
    expect(graph?.edges).toHaveLength(1)
    expect(graph?.others).toBe(0)
    expect(graph && processCount(graph)).toBe(1)
  })

  test('tell two dependences of one pair apart', () => {
    const rows = rowsOf(
      [process('a', 'a'), process('b', 'b')],
      [needs('b', of('a')), { ...needs('b', of('a')), required: { kind: 'state', label: 'operative' } }],
    )
    expect(new Set(sessionGraphs(rows)[0]?.edges.map(({ id }) => id)).size).toBe(2)
  })

  test('a session whose dependences all have lost an end has no graph', () => {
    expect(sessionGraphs(rowsOf([process('b', 'b')], [needs('b', of('gone'))]))).toEqual([])
  })
})
