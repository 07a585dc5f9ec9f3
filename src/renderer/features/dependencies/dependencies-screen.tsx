import { useMemo } from 'react'
import { removeDependence } from '../../app/actions/dependence-actions.ts'
import { useCommandHandlers } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { useGraphView } from '../../data/graph-store.ts'
import { Empty } from '../../ui/empty.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Canvas } from './canvas.tsx'
import { edgeOf, useFollowSelection } from './emphasis.ts'
import { GraphMenu } from './graph-menu.tsx'
import { Inspector } from './inspector.tsx'
import { NoDependencies } from './no-dependencies.tsx'
import { Outline } from './outline.tsx'
import { outlineLines } from './outline-order.ts'
import { selectProcess } from './select.ts'
import { layoutInputOf, type ShownGraph, useShownGraph } from './use-graph.ts'
import { type LayoutState, useLayout } from './use-layout.ts'

type ScreenProps = {
  /** Shows a process with its details. */
  readonly onOpen: (id: string) => void
}

/** What waits for what: the outline, the graph, and below them what is selected. */
export function DependenciesScreen({ onOpen }: ScreenProps) {
  const graph = useShownGraph()
  return graph.graphs.length === 0 ? <NoDependencies /> : <Dependencies graph={graph} onOpen={onOpen} />
}

function Dependencies({ graph, onOpen }: ScreenProps & { readonly graph: ShownGraph }) {
  const layout = useLayout(useMemo(() => JSON.stringify(layoutInputOf(graph)), [graph]))
  useFollowSelection(graph)
  useRemoveSelected(graph)
  const lines = useMemo(
    () =>
      layout.kind === 'pending'
        ? []
        : outlineLines(graph.graphs, graph.titled, graph.isFolded, layout.kind === 'ready' ? layout.layout : null),
    [graph, layout],
  )
  return (
    <div className="dependencies">
      <GraphMenu>
        <Outline graph={graph} lines={lines} onOpen={onOpen} />
        <Drawing graph={graph} layout={layout} onOpen={onOpen} />
      </GraphMenu>
      <Inspector graph={graph} onOpen={onOpen} />
    </div>
  )
}

function Drawing({
  graph,
  layout,
  onOpen,
}: ScreenProps & { readonly graph: ShownGraph; readonly layout: LayoutState }) {
  switch (layout.kind) {
    case 'ready':
      return <Canvas graph={graph} layout={layout.layout} onOpen={onOpen} />
    case 'pending':
      return <div className="canvas" />
    case 'failed':
      return (
        <div className="canvas">
          <Empty
            art={<Mark kind="unknown" />}
            title="The graph could not be drawn"
            body="The outline shows the same. Reload the window to try again."
          />
        </div>
      )
  }
}

/** The command is there while a dependence is selected. */
function useRemoveSelected(graph: ShownGraph): void {
  const chosen = useGraphView((state) => state.edge)
  const connected = useConnection((state) => state.client.kind === 'connected')
  const edge = edgeOf(graph, chosen)
  useCommandHandlers(
    edge && connected
      ? {
          'dependences.remove': () => {
            selectProcess(edge.childId)
            void removeDependence(edge.row)
          },
        }
      : {},
  )
}
