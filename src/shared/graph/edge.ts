/** The child waits for the parent. Both are ids; what they name is up to the caller. */
export type Edge = { readonly parent: string; readonly child: string }

/** Ids next to an id, in the order of the edges, each once. */
export type Neighbours = ReadonlyMap<string, ReadonlySet<string>>

export const childrenById = (edges: readonly Edge[]): Neighbours =>
  neighbours(edges.map(({ parent, child }) => [parent, child] as const))

export const parentsById = (edges: readonly Edge[]): Neighbours =>
  neighbours(edges.map(({ parent, child }) => [child, parent] as const))

function neighbours(pairs: readonly (readonly [from: string, to: string])[]): Neighbours {
  const found = new Map<string, Set<string>>()
  for (const [from, to] of pairs) {
    const known = found.get(from)
    if (known === undefined) found.set(from, new Set([to]))
    else known.add(to)
  }
  return found
}

const none: ReadonlySet<string> = new Set()

export const neighboursOf = (all: Neighbours, id: string): ReadonlySet<string> => all.get(id) ?? none
