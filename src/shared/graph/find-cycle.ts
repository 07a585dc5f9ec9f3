import { childrenById, type Edge, type Neighbours, neighboursOf, parentsById } from './edge.ts'

/**
 * A cycle that `added` would close, as the ids on it from parent to child, ending on the first: `[a, b, a]`, and
 * `[a, a]` for an edge from an id to itself. Null where no added edge lies on a cycle; one that is in `edges` already is
 * not blamed on the added. The shortest through the first added edge that lies on any. Linear in the number of edges.
 */
export function findCycle(edges: readonly Edge[], added: readonly Edge[]): readonly string[] | null {
  const all = [...edges, ...added]
  const components = componentsById(all)
  for (const { parent, child } of added) {
    if (components.get(parent) !== components.get(child)) continue
    const back = shortestPath(childrenById(all), child, parent)
    if (back !== null) return [parent, ...back]
  }
  return null
}

/** From `from` to `to`, both included; `[from]` where they are the same; null where there is no way. */
function shortestPath(next: Neighbours, from: string, to: string): readonly string[] | null {
  const cameFrom = new Map<string, string | null>([[from, null]])
  // A map that grows while it is walked: a breadth-first search.
  for (const [id] of cameFrom) {
    if (id === to) break
    for (const neighbour of neighboursOf(next, id)) {
      if (!cameFrom.has(neighbour)) cameFrom.set(neighbour, id)
    }
  }
  if (!cameFrom.has(to)) return null
  const path: string[] = []
  for (let id: string | null = to; id !== null; id = cameFrom.get(id) ?? null) path.push(id)
  return path.reverse()
}

/**
 * The strongly connected component of each id, named by one of its ids: an edge lies on a cycle exactly when both its
 * ends are in the same. Kosaraju's algorithm, without recursion: a chain may be longer than the stack.
 */
function componentsById(edges: readonly Edge[]): ReadonlyMap<string, string> {
  const parents = parentsById(edges)
  const components = new Map<string, string>()
  for (const root of finishOrder(childrenById(edges)).reverse()) {
    if (components.has(root)) continue
    components.set(root, root)
    const open = [root]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const parent of neighboursOf(parents, id)) {
        if (components.has(parent)) continue
        components.set(parent, root)
        open.push(parent)
      }
    }
  }
  return components
}

/** Every id after all that a depth-first search found from it. */
function finishOrder(children: Neighbours): string[] {
  const seen = new Set<string>()
  const finished: string[] = []
  const open: { readonly id: string; readonly children: Iterator<string> }[] = []
  const enter = (id: string): void => {
    if (seen.has(id)) return
    seen.add(id)
    open.push({ id, children: neighboursOf(children, id).values() })
  }
  for (const root of children.keys()) {
    enter(root)
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const next = top.children.next()
      if (next.done !== true) enter(next.value)
      else {
        finished.push(top.id)
        open.pop()
      }
    }
  }
  return finished
}
