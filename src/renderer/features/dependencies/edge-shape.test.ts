import { describe, expect, test } from 'vitest'
import { edgeShapes } from './edge-shape.ts'
import type { GraphEdge } from './graph.ts'
import { layOut } from './layout.ts'

const edge = (parentId: string, childId: string, label = 'ready'): GraphEdge => ({
  id: `${parentId}>${childId} ${label}`,
  parentId,
  childId,
  row: {
    sessionId: 's',
    parent: { kind: 'process', id: parentId },
    required: { kind: 'state', label },
    childId,
    onLoss: 'keep',
    holds: true,
  },
})

const shapesOf = (...edges: GraphEdge[]) => {
  const nodes = [...new Set(edges.flatMap(({ parentId, childId }) => [parentId, childId]))]
  const layout = layOut({ titled: false, blocks: [{ kind: 'open', id: 's', nodes, pairs: edges }] })
  return { layout, shapes: edgeShapes(edges, layout) }
}
const tipOf = (head: string | undefined) =>
  /L(\S+) (\S+)L/
    .exec(head ?? '')
    ?.slice(1)
    .map(Number)

describe('the shape of an edge', () => {
  test('goes from the right side of the parent to the left side of the child', () => {
    const { shapes } = shapesOf(edge('a', 'b'))
    const shape = shapes.get('a>b ready')
    expect(shape?.path).toMatch(/^M190 23C.* 301 23$/)
    expect(tipOf(shape?.head)).toEqual([308, 23])
    expect(shape?.label).toEqual({ x: 245.5, y: 23 })
  })

  test('edges into one node arrive twelve apart, in the order in which they come', () => {
    const { layout, shapes } = shapesOf(edge('a', 'c'), edge('b', 'c'))
    const upper = (layout.nodes.get('a')?.y ?? 0) < (layout.nodes.get('b')?.y ?? 0) ? 'a' : 'b'
    const lower = upper === 'a' ? 'b' : 'a'
    const [, first = 0] = tipOf(shapes.get(`${upper}>c ready`)?.head) ?? []
    const [, second = 0] = tipOf(shapes.get(`${lower}>c ready`)?.head) ?? []
    expect(second - first).toBe(12)
  })

  test('many of them stay on the side of the node', () => {
    const { layout, shapes } = shapesOf(...Array.from({ length: 9 }, (_, index) => edge(`p${index}`, 'c')))
    const top = layout.nodes.get('c')?.y ?? 0
    for (const { head } of shapes.values()) {
      const [, y = 0] = tipOf(head) ?? []
      expect(y).toBeGreaterThan(top)
      expect(y).toBeLessThan(top + 46)
    }
  })

  test('two dependences of one pair have labels beside each other', () => {
    const { shapes } = shapesOf(edge('a', 'b', 'operative'), edge('a', 'b', 'exited'))
    const [first, second] = [...shapes.values()]
    expect(first?.label).not.toEqual(second?.label)
  })

  test('an edge over a column runs through its lane and is labelled there', () => {
    const { layout, shapes } = shapesOf(edge('a', 'b'), edge('b', 'c'), edge('a', 'c'))
    const [lane] = layout.lanes.get('a c') ?? []
    expect(shapes.get('a>c ready')?.label).toEqual({ x: lane?.x, y: lane?.y })
    expect(shapes.get('a>c ready')?.path).toContain(`H${(lane?.x ?? 0) + 95}`)
  })

  test('an end without a place has no edge', () => {
    const { layout } = shapesOf(edge('a', 'b'))
    expect(edgeShapes([edge('a', 'new')], layout).size).toBe(0)
  })
})
