import { describe, expect, test } from 'vitest'
import type { GraphEdge, GraphNode, SessionGraph } from './graph.ts'
import { layOut } from './layout.ts'
import { outlineLines } from './outline-order.ts'

function graph(id: string, ...pairs: [string, string][]): SessionGraph {
  const names = [...new Set(pairs.flat())].sort()
  const nodes = names.map((name): [string, GraphNode] => [name, { kind: 'process', id: name, sessionId: id, name }])
  const edges = pairs.map(
    ([parentId, childId]): GraphEdge => ({
      id: `${parentId}>${childId}`,
      parentId,
      childId,
      row: {
        sessionId: id,
        parent: { kind: 'process', id: parentId },
        required: { kind: 'up' },
        childId,
        onLoss: 'keep',
        holds: false,
      },
    }),
  )
  return { id, name: id, nodes: new Map(nodes), edges, others: 0 }
}

const layoutOf = (...graphs: SessionGraph[]) =>
  layOut({
    titled: false,
    blocks: graphs.map(({ id, nodes, edges }) => ({ kind: 'open', id, nodes: [...nodes.keys()], pairs: edges })),
  })

const shown = (lines: ReturnType<typeof outlineLines>) =>
  lines.map((line) => (line.kind === 'session' ? line.key : `${'  '.repeat(line.level - 1)}${line.key}`))

const trading = graph(
  'atlas',
  ['db-migrate', 'master.trader'],
  ['master.tws', 'master.trader'],
  ['master.trader', 'slave.trader'],
  ['master.trader', 'risk-monitor'],
  ['slave.tws', 'slave.trader'],
  ['slave.tws', 'tick-recorder'],
)

describe('the outline', () => {
  test('has every process once, below its nearest parent', () => {
    const lines = outlineLines([trading], false, () => false, layoutOf(trading))
    expect(lines.map(({ key }) => key).toSorted()).toEqual([...trading.nodes.keys()].toSorted())
    const under = new Map(lines.map((line) => [line.key, line.kind === 'node' ? line.under : null]))
    expect(under.get('slave.trader')).toBe('master.trader')
    expect(under.get('risk-monitor')).toBe('master.trader')
    expect(under.get('tick-recorder')).toBe('slave.tws')
    expect(under.get('db-migrate')).toBeNull()
  })

  test('goes from the top of the canvas to its foot', () => {
    const layout = {
      nodes: new Map([
        ['b', { x: 0, y: 100 }],
        ['c', { x: 0, y: 0 }],
        ['d', { x: 310, y: 60 }],
        ['a', { x: 310, y: 0 }],
      ]),
    }
    const lines = outlineLines([graph('s', ['b', 'd'], ['c', 'd'], ['c', 'a'])], false, () => false, layout)
    expect(shown(lines)).toEqual(['c', '  a', 'b', '  d'])
  })

  test('without a layout it is a flat list by name', () => {
    const lines = outlineLines([graph('s', ['b', 'a'])], false, () => false, null)
    expect(shown(lines)).toEqual(['a', 'b'])
  })

  test('sessions have lines of their own and hide what is folded', () => {
    const graphs = [graph('one', ['a', 'b']), graph('two', ['c', 'd'])]
    const lines = outlineLines(graphs, true, (id) => id === 'one', layoutOf(...graphs))
    expect(shown(lines)).toEqual(['session:one', 'session:two', '  c', '    d'])
  })
})
