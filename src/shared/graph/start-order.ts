import { childrenById, type Edge, neighboursOf, parentsById } from './edge.ts'

/**
 * Layers in which `nodes` can be started: each as early as its parents allow, everything independent together, in the
 * order of `nodes`. Edges through ids that are not in `nodes` count too: what waits for such an id comes after those
 * that it waits for. What lies on a cycle, or behind one, can never start in order: it comes last, together.
 */
export function startOrder(nodes: readonly string[], edges: readonly Edge[]): readonly (readonly string[])[] {
  const wanted = new Set(nodes)
  const layerOf = layersById(wanted, edges)
  const layers: string[][] = []
  const endless: string[] = []
  for (const node of wanted) {
    const layer = layerOf.get(node)
    if (layer === undefined) {
      endless.push(node)
      continue
    }
    const others = layers[layer]
    if (others === undefined) layers[layer] = [node]
    else others.push(node)
  }
  return endless.length > 0 ? [...layers, endless] : layers
}

/** The reverse of `startOrder`: everything is stopped before what it waits for. */
export const stopOrder = (nodes: readonly string[], edges: readonly Edge[]): readonly (readonly string[])[] =>
  startOrder(nodes, edges).toReversed()

/**
 * How many members of `wanted` follow each other, at most, on the way to each id; ids on and behind cycles are left out.
 * Kahn's algorithm: an id is done when all its parents are.
 */
function layersById(wanted: ReadonlySet<string>, edges: readonly Edge[]): ReadonlyMap<string, number> {
  const children = childrenById(edges)
  const parents = parentsById(edges)
  const openParents = new Map([...parents].map(([id, set]) => [id, set.size]))
  const earliest = new Map<string, number>()
  const done = new Map<string, number>()
  const ready = [...new Set([...wanted, ...children.keys()])].filter((id) => !parents.has(id))
  // The list grows while it is walked.
  for (const id of ready) {
    const layer = earliest.get(id) ?? 0
    done.set(id, layer)
    for (const child of neighboursOf(children, id)) {
      earliest.set(child, Math.max(earliest.get(child) ?? 0, layer + (wanted.has(id) ? 1 : 0)))
      const open = (openParents.get(child) ?? 0) - 1
      openParents.set(child, open)
      if (open === 0) ready.push(child)
    }
  }
  return done
}
