import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Edge } from './edge.ts'
import { findCycle } from './find-cycle.ts'
import { ancestorsOf, dependentsWithin, descendantsOf } from './relatives.ts'
import { startOrder, stopOrder } from './start-order.ts'

/** `edgesOf('a>b', 'b>c')`: b waits for a, c for b. */
const edgesOf = (...texts: readonly string[]): readonly Edge[] =>
  texts.map((text) => {
    const [parent = '', child = ''] = text.split('>')
    return { parent, child }
  })

/** The graph of the documentation of gutools Session. */
const atlas = edgesOf('master.tws>master.trader', 'slave.tws>slave.trader', 'master.trader>slave.trader')

const chain = (length: number): readonly Edge[] =>
  Array.from({ length }, (_, index) => ({ parent: `n${index}`, child: `n${index + 1}` }))
const chainIds = (length: number): readonly string[] => Array.from({ length: length + 1 }, (_, index) => `n${index}`)

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const arbitraryEdge: fc.Arbitrary<Edge> = fc.record({
  parent: fc.constantFrom(...ids),
  child: fc.constantFrom(...ids),
})
const arbitraryEdges = fc.array(arbitraryEdge, { maxLength: 16 })
/** Acyclic: parents lie before children in a random order of the ids. */
const arbitraryDag = fc
  .tuple(fc.shuffledSubarray(ids, { minLength: ids.length }), arbitraryEdges)
  .map(([order, edges]) =>
    edges
      .filter(({ parent, child }) => parent !== child)
      .map(({ parent, child }) =>
        order.indexOf(parent) < order.indexOf(child) ? { parent, child } : { parent: child, child: parent },
      ),
  )

/** Which id leads to which, by the definition: Warshall's closure. */
function closure(edges: readonly Edge[]): ReadonlySet<string> {
  const leads = new Set(edges.map(({ parent, child }) => `${parent}>${child}`))
  for (const via of ids) {
    for (const from of ids) {
      for (const to of ids) {
        if (leads.has(`${from}>${via}`) && leads.has(`${via}>${to}`)) leads.add(`${from}>${to}`)
      }
    }
  }
  return leads
}

describe('findCycle', () => {
  test.each([
    ['an edge to itself', [], ['a>a'], ['a', 'a']],
    ['the way back', ['a>b'], ['b>a'], ['b', 'a', 'b']],
    ['a way back through others', ['a>b', 'b>c', 'c>d'], ['d>a'], ['d', 'a', 'b', 'c', 'd']],
    ['the shortest of two ways', ['a>b', 'b>c', 'a>c'], ['c>a'], ['c', 'a', 'c']],
    ['a cycle of added edges only', [], ['x>a', 'a>b', 'b>a'], ['a', 'b', 'a']],
    ['no cycle', ['a>b', 'b>c'], ['a>c', 'd>a'], null],
    ['one that was there before', ['a>b', 'b>a'], ['b>c', 'd>a'], null],
    ['an edge between two that were there before', ['a>b', 'b>a', 'c>d', 'd>c'], ['b>c'], null],
    ['nothing', [], [], null],
  ] as const)('%s', (_, edges, added, cycle) => {
    expect(findCycle(edgesOf(...edges), edgesOf(...added))).toEqual(cycle)
  })

  test('is found exactly when an added edge has a way back', () => {
    fc.assert(
      fc.property(arbitraryEdges, arbitraryEdges, (edges, added) => {
        const leads = closure([...edges, ...added])
        const hasOne = added.some(({ parent, child }) => parent === child || leads.has(`${child}>${parent}`))
        expect(findCycle(edges, added) !== null).toBe(hasOne)
      }),
      { numRuns: 500 },
    )
  })

  test('is a way along the edges that uses an added one, meets nobody twice and ends where it began', () => {
    fc.assert(
      fc.property(arbitraryEdges, arbitraryEdges, (edges, added) => {
        const cycle = findCycle(edges, added)
        if (cycle === null) return
        const all = new Set([...edges, ...added].map(({ parent, child }) => `${parent}>${child}`))
        const steps = cycle.slice(1).map((id, index) => `${cycle[index]}>${id}`)
        for (const step of steps) expect(all).toContain(step)
        expect(added.some(({ parent, child }) => steps.includes(`${parent}>${child}`))).toBe(true)
        expect(cycle.at(-1)).toBe(cycle[0])
        expect(new Set(cycle).size).toBe(cycle.length - 1)
      }),
      { numRuns: 500 },
    )
  })

  test('an acyclic graph has none', () => {
    fc.assert(
      fc.property(arbitraryDag, (edges) => {
        expect(findCycle([], edges)).toBe(null)
      }),
    )
  })

  test('a chain of 10,000 is closed by its last edge', () => {
    const length = 10_000
    expect(findCycle([], chain(length))).toBe(null)
    expect(findCycle(chain(length), edgesOf('n0>side', 'side>n5'))).toBe(null)
    const cycle = findCycle(chain(length), edgesOf(`n${length}>n0`))
    expect(cycle).toHaveLength(length + 2)
  })
})

describe('startOrder', () => {
  test('the sample graph of gutools Session', () => {
    const nodes = ['slave.trader', 'slave.tws', 'master.trader', 'master.tws']
    expect(startOrder(nodes, atlas)).toEqual([['slave.tws', 'master.tws'], ['master.trader'], ['slave.trader']])
    expect(stopOrder(nodes, atlas)).toEqual([['slave.trader'], ['master.trader'], ['slave.tws', 'master.tws']])
  })

  test.each([
    ['nothing', [], [], []],
    ['no edges', ['b', 'a'], [], [['b', 'a']]],
    ['a node named twice', ['a', 'a'], [], [['a']]],
    ['an edge named twice', ['a', 'b'], ['a>b', 'a>b'], [['a'], ['b']]],
    ['parents that are not to be started', ['a', 'b'], ['x>a', 'x>y', 'y>b'], [['a', 'b']]],
    ['a way through one that is not to be started', ['c', 'a'], ['a>x', 'x>c'], [['a'], ['c']]],
    ['the longest way decides', ['a', 'b', 'c'], ['a>c', 'a>b', 'b>c'], [['a'], ['b'], ['c']]],
    [
      'a cycle and what is behind it',
      ['d', 'c', 'b', 'a', 'e'],
      ['a>b', 'b>a', 'b>c', 'e>d'],
      [['e'], ['d'], ['c', 'b', 'a']],
    ],
    ['an edge to itself', ['a', 'b'], ['a>a'], [['b'], ['a']]],
    ['nothing but a cycle', ['a', 'b'], ['a>b', 'b>a'], [['a', 'b']]],
  ] as const)('%s', (_, nodes, edges, layers) => {
    expect(startOrder(nodes, edgesOf(...edges))).toEqual(layers)
  })

  const layerIndex = (layers: readonly (readonly string[])[]): ReadonlyMap<string, number> =>
    new Map(layers.flatMap((layer, index) => layer.map((id) => [id, index] as const)))

  test('every parent, near or far, is in an earlier layer, and every node as early as it can be', () => {
    const nodes = fc.shuffledSubarray(ids)
    fc.assert(
      fc.property(nodes, arbitraryDag, (wanted, edges) => {
        const layers = layerIndex(startOrder(wanted, edges))
        const leads = closure(edges)
        for (const child of wanted) {
          const before = wanted.filter((parent) => leads.has(`${parent}>${child}`))
          const last = Math.max(-1, ...before.map((parent) => layers.get(parent) ?? Number.POSITIVE_INFINITY))
          expect(layers.get(child)).toBe(last + 1)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('every node is in one layer, no layer is empty, whatever the edges', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(ids), arbitraryEdges, (wanted, edges) => {
        const layers = startOrder(wanted, edges)
        expect(layers.every((layer) => layer.length > 0)).toBe(true)
        expect(layers.flat().sort()).toEqual([...wanted].sort())
        expect(stopOrder(wanted, edges)).toEqual([...layers].reverse())
      }),
    )
  })

  test('only what is on a cycle or behind one comes out of order', () => {
    fc.assert(
      fc.property(arbitraryEdges, (edges) => {
        const leads = closure(edges)
        const isEndless = (id: string) =>
          ids.some((other) => leads.has(`${other}>${other}`) && (other === id || leads.has(`${other}>${id}`)))
        const endless = ids.filter(isEndless)
        const layers = startOrder(ids, edges)
        if (endless.length > 0) expect(layers.at(-1)).toEqual(endless)
        const inOrder = layerIndex(endless.length > 0 ? layers.slice(0, -1) : layers)
        for (const { parent, child } of edges) {
          const at = inOrder.get(child)
          if (at !== undefined) expect(inOrder.get(parent)).toBeLessThan(at)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('a chain of 10,000 has a layer for each', () => {
    const layers = startOrder(chainIds(10_000), chain(10_000).toReversed())
    expect(layers).toHaveLength(10_001)
    expect(layers.at(-1)).toEqual(['n10000'])
  })
})

describe('relatives', () => {
  test('the sample graph of gutools Session', () => {
    expect(ancestorsOf(atlas, 'slave.trader')).toEqual(['slave.tws', 'master.trader', 'master.tws'])
    expect(descendantsOf(atlas, 'master.tws')).toEqual(['master.trader', 'slave.trader'])
    expect(ancestorsOf(atlas, 'master.tws')).toEqual([])
    expect(descendantsOf(atlas, 'nobody')).toEqual([])
  })

  test('members are found through others', () => {
    const edges = edgesOf('a>b', 'b>c', 'a>d')
    expect(dependentsWithin(edges, 'a', new Set(['a', 'c', 'd']))).toEqual(['d', 'c'])
    expect(dependentsWithin(edges, 'c', new Set(['a', 'c', 'd']))).toEqual([])
  })

  test('are what leads to it and what it leads to, without itself', () => {
    fc.assert(
      fc.property(arbitraryEdges, fc.constantFrom(...ids), (edges, id) => {
        const leads = closure(edges)
        const others = ids.filter((other) => other !== id)
        expect([...ancestorsOf(edges, id)].sort()).toEqual(others.filter((other) => leads.has(`${other}>${id}`)))
        expect([...descendantsOf(edges, id)].sort()).toEqual(others.filter((other) => leads.has(`${id}>${other}`)))
      }),
    )
  })

  test('a chain of 10,000 is walked from either end', () => {
    expect(descendantsOf(chain(10_000), 'n0')).toEqual(chainIds(10_000).slice(1))
    expect(ancestorsOf(chain(10_000), 'n10000')).toHaveLength(10_000)
  })
})
