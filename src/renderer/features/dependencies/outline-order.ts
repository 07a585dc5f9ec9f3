import { byName, type GraphNode, type SessionGraph } from './graph.ts'
import type { Layout } from './layout.ts'

/** A line of the outline: a session, or a process below the parent that stands nearest to it. */
export type OutlineLine =
  | { readonly kind: 'session'; readonly key: string; readonly graph: SessionGraph; readonly folded: boolean }
  | {
      readonly kind: 'node'
      readonly key: string
      readonly node: GraphNode
      /** From 1. */
      readonly level: number
      /** Key of the line above it in the tree. */
      readonly under: string | null
    }

const sessionKey = (id: string): string => `session:${id}`

/**
 * The graph as a list, in the order of the canvas: from the top, every process once, below that one of its parents which
 * is nearest (the rightmost column, there the lowest). Without a layout the order is that of names.
 */
export function outlineLines(
  graphs: readonly SessionGraph[],
  titled: boolean,
  isFolded: (sessionId: string) => boolean,
  layout: Pick<Layout, 'nodes'> | null,
): OutlineLine[] {
  return graphs.flatMap((graph): OutlineLine[] => {
    if (!titled) return linesOf(graph, 1, null, layout)
    const folded = isFolded(graph.id)
    const key = sessionKey(graph.id)
    const head: OutlineLine = { kind: 'session', key, graph, folded }
    return folded ? [head] : [head, ...linesOf(graph, 2, key, layout)]
  })
}

function linesOf(
  graph: SessionGraph,
  firstLevel: number,
  under: string | null,
  layout: Pick<Layout, 'nodes'> | null,
): OutlineLine[] {
  const order = (a: GraphNode, b: GraphNode) => {
    const [first, second] = [layout?.nodes.get(a.id), layout?.nodes.get(b.id)]
    return first && second ? first.y - second.y || first.x - second.x || byName(a, b) : byName(a, b)
  }
  const parents = nearestParents(graph, layout)
  const children = Map.groupBy([...graph.nodes.values()].sort(order), ({ id }) => parents.get(id) ?? null)
  const lines: OutlineLine[] = []
  const add = (node: GraphNode, level: number, above: string | null) => {
    lines.push({ kind: 'node', key: node.id, node, level, under: above })
    for (const child of children.get(node.id) ?? []) add(child, level + 1, node.id)
  }
  for (const root of children.get(null) ?? []) add(root, firstLevel, under)
  return lines
}

/** The parent that each node stands under. Only what stands further left can be one, so that there is no way round. */
function nearestParents(graph: SessionGraph, layout: Pick<Layout, 'nodes'> | null): ReadonlyMap<string, string> {
  const parents = new Map<string, string>()
  if (!layout) return parents
  for (const { parentId, childId } of graph.edges) {
    const [parent, child] = [layout.nodes.get(parentId), layout.nodes.get(childId)]
    if (!parent || !child || parent.x >= child.x) continue
    const known = layout.nodes.get(parents.get(childId) ?? '')
    if (!known || parent.x > known.x || (parent.x === known.x && parent.y > known.y)) parents.set(childId, parentId)
  }
  return parents
}
