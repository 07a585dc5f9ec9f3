import { useLayoutEffect, useMemo } from 'react'
import { create } from 'zustand'
import { useGraphView } from '../../data/graph-store.ts'
import { useSelection } from '../../data/selection-store.ts'
import type { GraphEdge } from './graph.ts'
import { criticalPath, type Related, relatedTo, relatedToEdge } from './highlight.ts'
import type { ShownGraph } from './use-graph.ts'

/** What nodes and edges show beside what they are. Each of them follows only its own part. */
type Emphasis = {
  /** Null while nothing is selected: then nothing stands back. */
  readonly related: Related | null
  /** Ids of edges. */
  readonly critical: ReadonlySet<string>
  readonly unmet: ReadonlySet<string>
}

const none: Emphasis = { related: null, critical: new Set(), unmet: new Set() }

export const useEmphasis = create<Emphasis>()(() => none)

export const useStandsBack = (id: string): boolean =>
  useEmphasis(({ related }) => related !== null && !related.nodes.has(id))

/** The edge with this id among those that are shown. */
export const edgeOf = (graph: ShownGraph, id: string | null): GraphEdge | undefined =>
  id === null ? undefined : graph.graphs.flatMap(({ edges }) => edges).find((edge) => edge.id === id)

/** Keeps the emphasis true to the selection and the state of the dependences. */
export function useFollowSelection(graph: ShownGraph): void {
  const selected = useSelection((state) => state.selected)
  const chosenEdge = useGraphView((state) => state.edge)
  const emphasis = useMemo((): Emphasis => {
    const edges = graph.graphs.flatMap((one) => one.edges)
    const unmet = new Set(edges.flatMap(({ id, row }) => (row.holds ? [] : [id])))
    const edge = edgeOf(graph, chosenEdge)
    if (edge) return { related: relatedToEdge(edge, edges), critical: new Set(), unmet }
    const ids = [...selected].filter((id) => graph.graphs.some(({ nodes }) => nodes.has(id)))
    if (ids.length === 0) return { ...none, unmet }
    const critical = new Set(ids.flatMap((id) => criticalPath(id, edges)).map(({ id }) => id))
    return { related: relatedTo(ids, edges), critical, unmet }
  }, [graph, selected, chosenEdge])
  useLayoutEffect(() => useEmphasis.setState(emphasis), [emphasis])
}
