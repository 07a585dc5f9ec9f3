import { useGraphView } from '../../data/graph-store.ts'
import { selectOnly, useSelection } from '../../data/selection-store.ts'

// The selection is that of the whole window; a dependence that is selected instead is this screen's own.

export function selectProcess(id: string): void {
  useGraphView.setState({ edge: null })
  selectOnly(id)
}

export function selectEdge(edge: string): void {
  selectNothing()
  useGraphView.setState({ edge })
}

/** The line with the keyboard keeps it. */
export function selectNothing(): void {
  useGraphView.setState({ edge: null })
  useSelection.setState({ selected: new Set() })
}

/** The one process that the inspector is about; null when none is selected. */
export const useSubject = (): string | null =>
  useSelection(({ selected, shown }) => (shown !== null && selected.has(shown) ? shown : ([...selected][0] ?? null)))
