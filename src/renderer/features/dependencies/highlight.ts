import type { GraphEdge } from './graph.ts'

/** What belongs to the selected processes: everything that they need and everything that needs them. */
export type Related = { readonly nodes: ReadonlySet<string>; readonly edges: ReadonlySet<string> }

type Ends = Pick<GraphEdge, 'id' | 'parentId' | 'childId'>

/** Ancestors and descendants of `ids`, with the edges that lead to them; their siblings do not belong to them. */
export function relatedTo(ids: Iterable<string>, edges: readonly Ends[]): Related {
  const start = [...ids]
  const above = reach(
    start,
    Map.groupBy(edges, ({ childId }) => childId),
    ({ parentId }) => parentId,
  )
  const below = reach(
    start,
    Map.groupBy(edges, ({ parentId }) => parentId),
    ({ childId }) => childId,
  )
  return {
    nodes: new Set([...start, ...above.nodes, ...below.nodes]),
    edges: new Set([...above.edges, ...below.edges]),
  }
}

/** An edge with everything before its parent and after its child. */
export function relatedToEdge(edge: Ends, edges: readonly Ends[]): Related {
  const above = reach(
    [edge.parentId],
    Map.groupBy(edges, ({ childId }) => childId),
    ({ parentId }) => parentId,
  )
  const below = reach(
    [edge.childId],
    Map.groupBy(edges, ({ parentId }) => parentId),
    ({ childId }) => childId,
  )
  return {
    nodes: new Set([...above.nodes, ...below.nodes]),
    edges: new Set([edge.id, ...above.edges, ...below.edges]),
  }
}

function reach(
  start: readonly string[],
  next: ReadonlyMap<string, readonly Ends[]>,
  far: (edge: Ends) => string,
): Related {
  const nodes = new Set(start)
  const edges = new Set<string>()
  // A set may grow while it is walked: what is added is visited too.
  for (const id of nodes) {
    for (const edge of next.get(id) ?? []) {
      edges.add(edge.id)
      nodes.add(far(edge))
    }
  }
  return { nodes, edges }
}

type Path = { readonly length: number; readonly edge: GraphEdge | null }

/**
 * The longest chain of unmet dependences that ends at `id`, from its first to its last edge: what must happen one after
 * the other before it can start. Empty when it waits for nothing.
 */
export function criticalPath(id: string, edges: readonly GraphEdge[]): readonly GraphEdge[] {
  const unmet = Map.groupBy(
    edges.filter(({ row }) => !row.holds),
    ({ childId }) => childId,
  )
  const known = new Map<string, Path>()
  const longest = (node: string): Path => {
    const found = known.get(node)
    if (found) return found
    // Stands for a way back to itself, which the daemon refuses, so that it ends here.
    known.set(node, { length: 0, edge: null })
    let best: Path = { length: 0, edge: null }
    for (const edge of unmet.get(node) ?? []) {
      const length = longest(edge.parentId).length + 1
      if (length > best.length) best = { length, edge }
    }
    known.set(node, best)
    return best
  }
  const path: GraphEdge[] = []
  for (let { edge } = longest(id); edge !== null && path.length < edges.length; edge = longest(edge.parentId).edge) {
    path.unshift(edge)
  }
  return path
}
