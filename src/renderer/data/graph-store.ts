import { create } from 'zustand'

/** What the Dependencies screen shows. Which process is selected is in the selection store, for all screens. */
type GraphView = {
  /** The session that is shown; null: all. */
  readonly session: string | null
  /** Sessions that a person folded (true) or opened (false) among all; the others follow the size of the graph. */
  readonly folded: ReadonlyMap<string, boolean>
  /** The dependence that is selected, by the id of its edge. */
  readonly edge: string | null
  /** 1 is 100 %. */
  readonly zoom: number
}

export const useGraphView = create<GraphView>()(() => ({ session: null, folded: new Map(), edge: null, zoom: 1 }))

export const foldSession = (id: string, folded: boolean): void =>
  useGraphView.setState((before) => ({ folded: new Map(before.folded).set(id, folded) }))

/** Shows the graph of one session, or all (null), with nothing selected in it. */
export const showSession = (session: string | null): void => useGraphView.setState({ session, edge: null })

/** Makes sure that the processes of this session are in sight. */
export function revealSession(id: string): void {
  const { session } = useGraphView.getState()
  if (session !== null && session !== id) showSession(id)
  if (session === null) foldSession(id, false)
}
