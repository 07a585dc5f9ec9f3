import { describe, expect, test } from 'vitest'
import type { GraphEdge } from './graph.ts'
import { criticalPath, relatedTo, relatedToEdge } from './highlight.ts'

const edge = (parentId: string, childId: string, holds = true): GraphEdge => ({
  id: `${parentId}>${childId}`,
  parentId,
  childId,
  row: {
    sessionId: 's',
    parent: { kind: 'process', id: parentId },
    required: { kind: 'up' },
    childId,
    onLoss: 'keep',
    holds,
  },
})

const trading = [
  edge('db', 'trader'),
  edge('tws', 'trader', false),
  edge('trader', 'slave', false),
  edge('trader', 'risk', false),
  edge('slave-tws', 'slave'),
  edge('slave-tws', 'ticks'),
]

describe('what is related', () => {
  test('ancestors and descendants, but not siblings', () => {
    const { nodes, edges } = relatedTo(['trader'], trading)
    expect([...nodes].sort()).toEqual(['db', 'risk', 'slave', 'trader', 'tws'])
    expect([...edges].sort()).toEqual(['db>trader', 'trader>risk', 'trader>slave', 'tws>trader'])
    expect(relatedTo(['slave'], trading).nodes.has('risk')).toBe(false)
    expect(relatedTo(['slave'], trading).edges.has('slave-tws>ticks')).toBe(false)
  })

  test('of several together', () => {
    expect([...relatedTo(['risk', 'ticks'], trading).nodes].sort()).toEqual([
      'db',
      'risk',
      'slave-tws',
      'ticks',
      'trader',
      'tws',
    ])
  })

  test('of an edge: what comes before it and after it', () => {
    const { nodes, edges } = relatedToEdge(edge('tws', 'trader'), trading)
    expect([...nodes].sort()).toEqual(['risk', 'slave', 'trader', 'tws'])
    expect(edges.has('db>trader')).toBe(false)
    expect(edges.has('tws>trader')).toBe(true)
  })

  test('a circle ends', () => {
    expect([...relatedTo(['a'], [edge('a', 'b'), edge('b', 'a')]).nodes].sort()).toEqual(['a', 'b'])
  })
})

describe('the critical path', () => {
  test('is the longest chain of what is not met', () => {
    expect(criticalPath('slave', trading).map(({ id }) => id)).toEqual(['tws>trader', 'trader>slave'])
    const longer = [...trading, edge('x', 'y', false), edge('y', 'z', false), edge('z', 'slave', false)]
    expect(criticalPath('slave', longer).map(({ id }) => id)).toEqual(['x>y', 'y>z', 'z>slave'])
  })

  test('is empty for what waits for nothing', () => {
    expect(criticalPath('ticks', trading)).toEqual([])
    expect(criticalPath('elsewhere', trading)).toEqual([])
  })

  test('a circle ends', () => {
    expect(criticalPath('a', [edge('a', 'b', false), edge('b', 'a', false)]).length).toBeLessThanOrEqual(2)
  })
})
