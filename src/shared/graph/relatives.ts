import { childrenById, type Edge, type Neighbours, neighboursOf, parentsById } from './edge.ts'

/** Everything that must come before `id`, nearest first; without `id` itself, also where it lies on a cycle. */
export const ancestorsOf = (edges: readonly Edge[], id: string): readonly string[] => reachable(parentsById(edges), id)

/** Everything that waits for `id`, directly or through others, nearest first; without `id` itself. */
export const descendantsOf = (edges: readonly Edge[], id: string): readonly string[] =>
  reachable(childrenById(edges), id)

/**
 * Those of `members` that wait for `id`, directly or through others (members or not), nearest first: what must be gone
 * before `id` is stopped, when only the members are to be stopped.
 */
export const dependentsWithin = (edges: readonly Edge[], id: string, members: ReadonlySet<string>): readonly string[] =>
  descendantsOf(edges, id).filter((descendant) => members.has(descendant))

function reachable(next: Neighbours, from: string): readonly string[] {
  const seen = new Set([from])
  // A set that grows while it is walked: its order is that of a breadth-first search.
  for (const id of seen) {
    for (const neighbour of neighboursOf(next, id)) seen.add(neighbour)
  }
  seen.delete(from)
  return [...seen]
}
