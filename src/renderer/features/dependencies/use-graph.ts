import { createContext, useMemo } from 'react'
import { useGraphView } from '../../data/graph-store.ts'
import { useSettledRows } from '../../data/settled-rows.ts'
import { type SessionGraph, sessionGraphs } from './graph.ts'
import type { LayoutBlock, LayoutInput } from './layout.ts'

/** With more nodes than this, sessions are folded until a person opens them. */
export const foldAbove = 80

/** The part of all dependences that is shown. */
export type ShownGraph = {
  /** Of every session that has dependences. */
  readonly all: readonly SessionGraph[]
  readonly graphs: readonly SessionGraph[]
  /** The session that was chosen; null while all are shown. */
  readonly session: SessionGraph | null
  /** Several sessions are shown, each below its title. */
  readonly titled: boolean
  readonly isFolded: (sessionId: string) => boolean
}

/** For the parts of the canvas, which its library draws. */
export const GraphContext = createContext<ShownGraph | null>(null)

/** What the person wants to see of the dependences that there are. */
export function shownGraph(
  all: readonly SessionGraph[],
  chosen: string | null,
  folded: ReadonlyMap<string, boolean>,
): ShownGraph {
  const session = all.find(({ id }) => id === chosen) ?? null
  const graphs = session ? [session] : all
  const titled = graphs.length > 1
  const isLarge = graphs.reduce((sum, { nodes }) => sum + nodes.size, 0) > foldAbove
  return { all, graphs, session, titled, isFolded: (id) => titled && (folded.get(id) ?? isLarge) }
}

/** Everything that decides where things stand. */
export function layoutInputOf({ graphs, titled, isFolded }: ShownGraph): LayoutInput {
  const blocks = graphs.map(({ id, nodes, edges }): LayoutBlock => {
    if (isFolded(id)) return { kind: 'folded', id }
    const pairs = new Map(edges.map(({ parentId, childId }) => [`${parentId} ${childId}`, { parentId, childId }]))
    return { kind: 'open', id, nodes: [...nodes.keys()], pairs: [...pairs.values()] }
  })
  return { titled, blocks }
}

/** Follows the rows at the pace at which their order settles. */
export function useShownGraph(): ShownGraph {
  const rows = useSettledRows((state) => state.rows)
  const session = useGraphView((state) => state.session)
  const folded = useGraphView((state) => state.folded)
  const { sessions, processes, dependences } = rows
  const all = useMemo(() => sessionGraphs({ sessions, processes, dependences }), [sessions, processes, dependences])
  return useMemo(() => shownGraph(all, session, folded), [all, session, folded])
}
