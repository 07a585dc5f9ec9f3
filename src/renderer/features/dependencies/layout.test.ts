import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LayoutBlock, type LayoutInput, layOut, nodeSize, type Point, pairKey } from './layout.ts'

const open = (id: string, ...pairs: [string, string][]): LayoutBlock => ({
  kind: 'open',
  id,
  nodes: [...new Set(pairs.flat())],
  pairs: pairs.map(([parentId, childId]) => ({ parentId, childId })),
})
const one = (...pairs: [string, string][]): LayoutInput => ({ titled: false, blocks: [open('s', ...pairs)] })

const overlap = (a: Point, b: Point) => Math.abs(a.x - b.x) < nodeSize.width && Math.abs(a.y - b.y) < nodeSize.height

/** Random graphs without circles: every edge goes from a lower to a higher number. */
const acyclic = fc
  .array(fc.tuple(fc.nat(14), fc.nat(14)), { minLength: 1, maxLength: 40 })
  .map((pairs) =>
    pairs
      .filter(([from, to]) => from !== to)
      .map(([from, to]) => [`n${Math.min(from, to)}`, `n${Math.max(from, to)}`] as [string, string]),
  )
  .filter((pairs) => pairs.length > 0)

describe('the layout', () => {
  test('a chain stands in one row, one column each', () => {
    const { nodes, width, height } = layOut(one(['a', 'b'], ['b', 'c']))
    expect([...nodes.values()]).toEqual([
      { x: 0, y: 0 },
      { x: 310, y: 0 },
      { x: 620, y: 0 },
    ])
    expect({ width, height }).toEqual({ width: 810, height: 46 })
  })

  test('all that need nothing begin the first column', () => {
    const { nodes } = layOut(one(['a', 'b'], ['b', 'c'], ['late', 'c'], ['other', 'end']))
    for (const id of ['a', 'late', 'other']) expect(nodes.get(id)?.x).toBe(0)
    expect(nodes.get('c')?.x).toBe(620)
  })

  test('parents stand left of their children and no two nodes overlap', () => {
    fc.assert(
      fc.property(acyclic, (pairs) => {
        const { nodes } = layOut(one(...pairs))
        const at = (id: string) => nodes.get(id) ?? { x: Number.NaN, y: Number.NaN }
        for (const [parent, child] of pairs) expect(at(parent).x).toBeLessThan(at(child).x)
        const corners = [...nodes.values()]
        for (const [index, corner] of corners.entries()) {
          expect(corners.slice(index + 1).some((other) => overlap(corner, other))).toBe(false)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('an edge over several columns passes between the nodes there', () => {
    fc.assert(
      fc.property(acyclic, (pairs) => {
        const { nodes, lanes } = layOut(one(...pairs))
        const corners = [...nodes.values()]
        for (const points of lanes.values()) {
          for (const { x, y } of points) {
            const inColumn = corners.filter((corner) => corner.x === x - nodeSize.width / 2)
            expect(inColumn.some((corner) => y > corner.y && y < corner.y + nodeSize.height)).toBe(false)
          }
        }
      }),
      { numRuns: 60 },
    )
    const { lanes } = layOut(one(['a', 'b'], ['b', 'c'], ['a', 'c']))
    expect(lanes.get(pairKey({ parentId: 'a', childId: 'c' }))).toHaveLength(1)
    expect(lanes.get(pairKey({ parentId: 'a', childId: 'b' }))).toEqual([])
  })

  test('the same graph is placed the same way', () => {
    const input = one(['a', 'b'], ['a', 'c'], ['c', 'd'], ['b', 'd'])
    expect(layOut(input)).toEqual(layOut(input))
  })

  test('sessions stand below each other with their titles', () => {
    const input: LayoutInput = { titled: true, blocks: [open('s1', ['a', 'b']), open('s2', ['c', 'd'])] }
    const { titles, nodes } = layOut(input)
    expect(titles.get('s1')).toEqual({ x: 0, y: 0 })
    const second = titles.get('s2')?.y ?? 0
    expect(second).toBeGreaterThan((nodes.get('a')?.y ?? 0) + nodeSize.height)
    expect(nodes.get('c')?.y).toBeGreaterThan(second)
  })

  test('folded sessions flow in rows and overlap nothing', () => {
    const folded = Array.from({ length: 6 }, (_, index): LayoutBlock => ({ kind: 'folded', id: `f${index}` }))
    const { nodes, height } = layOut({ titled: true, blocks: [...folded, open('s', ['a', 'b'])] })
    const corners = [...nodes.values()]
    for (const [index, corner] of corners.entries()) {
      expect(corners.slice(index + 1).some((other) => overlap(corner, other))).toBe(false)
      expect(corner.y + nodeSize.height).toBeLessThanOrEqual(height)
    }
    expect(nodes.get('f5')?.y).toBeGreaterThan(nodes.get('f0')?.y ?? 0)
  })

  test('nothing takes no room', () => {
    expect(layOut({ titled: false, blocks: [] })).toMatchObject({ width: 0, height: 0 })
  })
})
