import {
  Background,
  type Connection,
  getViewportForBounds,
  MiniMap,
  type MiniMapNodeProps,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react'
import { type RefObject, useCallback, useEffect, useMemo, useRef } from 'react'
import { useCommandHandlers } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { openDialog } from '../../data/dialog-store.ts'
import { foldSession, useGraphView } from '../../data/graph-store.ts'
import { useProcess } from '../../data/rows-store.ts'
import { shownStatus } from '../../data/shown-status.ts'
import { motionMs } from '../../ui/motion.ts'
import { useElementSize } from '../../ui/use-size.ts'
import { canvasEdges, canvasNodes, isOutside } from './canvas-content.ts'
import { edgeTypes } from './canvas-edge.tsx'
import { type CanvasNode, nodeTypes } from './canvas-nodes.tsx'
import type { Layout } from './layout.ts'
import { Legend } from './legend.tsx'
import { selectEdge, selectNothing, selectProcess, useSubject } from './select.ts'
import { GraphContext, type ShownGraph } from './use-graph.ts'

const minZoom = 0.1
const maxZoom = 2
/** Fitting never enlarges, or a graph of two nodes would shout. */
const fitZoom = 1
/** Room for the legend below. */
const fitPadding = { top: '32px', right: '40px', bottom: '52px', left: '40px' } as const
const zoomStep = 1.25
const dotDistance = 16
const miniMapAbove = 30
/** An edge may be dropped anywhere on a node. */
const dropRadius = 110
const drawAllUpTo = 150

type CanvasProps = {
  readonly graph: ShownGraph
  readonly layout: Layout
  /** The part may show a process in another screen. */
  readonly onOpen: (id: string) => void
}

/** The graph. It is hidden from assistive technology, for which the outline says the same in order and words. */
export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  )
}

function Flow({ graph, layout, onOpen }: CanvasProps) {
  const place = useRef<HTMLDivElement>(null)
  const connected = useConnection((state) => state.client.kind === 'connected')
  // biome-ignore lint/correctness/useExhaustiveDependencies: a layout is made anew with everything that nodes depend on
  const nodes = useMemo(() => canvasNodes(graph, layout), [layout])
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const edges = useMemo(() => canvasEdges(graph, layout), [layout])
  const onUserMove = useViewport(place, layout)
  const isLarge = nodes.length > miniMapAbove
  return (
    <div className="canvas" ref={place} data-part="graph">
      <GraphContext.Provider value={graph}>
        <ReactFlow
          aria-hidden="true"
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          minZoom={minZoom}
          maxZoom={maxZoom}
          nodesDraggable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          nodesConnectable={connected}
          connectOnClick={false}
          connectionRadius={dropRadius}
          isValidConnection={({ source, target }) => source !== target}
          disableKeyboardA11y
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          panActivationKeyCode={null}
          zoomActivationKeyCode={null}
          zoomOnDoubleClick={false}
          panOnScroll
          zoomOnScroll={false}
          onlyRenderVisibleElements={nodes.length > drawAllUpTo}
          proOptions={{ hideAttribution: true }}
          onConnect={askForState}
          onNodeClick={(_, node) => onNodeClick(node)}
          onNodeDoubleClick={(_, node) => node.type === 'process' && onOpen(node.id)}
          onEdgeClick={(_, edge) => selectEdge(edge.id)}
          onPaneClick={selectNothing}
          onMove={(event, { zoom }) => {
            useGraphView.setState({ zoom })
            if (event) onUserMove()
          }}
        >
          <Background gap={dotDistance} size={1} />
          {isLarge && <MiniMap pannable zoomable nodeComponent={MapNode} position="bottom-right" />}
        </ReactFlow>
      </GraphContext.Provider>
      <Legend />
    </div>
  )
}

const askForState = ({ source, target }: Connection): void =>
  openDialog({ kind: 'dependence', parentId: source, childId: target })

function onNodeClick({ id, type }: CanvasNode): void {
  if (type === 'process') selectProcess(id)
  else if (type === 'folded') foldSession(id, false)
}

/** A node on the small map, in the colour of its status. */
function MapNode({ id, x, y, width, height }: MiniMapNodeProps) {
  const row = useProcess(id)
  const lostSince = useConnection((state) => state.lostSince)
  const status = row ? shownStatus(row, lostSince) : 'none'
  return <rect className={`map-node s-${status}`} x={x} y={y} width={width} height={height} />
}

/**
 * Fits the graph into its place until a person moves it; then only the Fit command does. Returns what to call when they
 * do. What is selected elsewhere is brought into sight.
 */
function useViewport(place: RefObject<HTMLDivElement | null>, layout: Layout): () => void {
  const { width, height } = useElementSize(place)
  const { setViewport, getViewport, zoomTo, setCenter } = useReactFlow()
  const isMoved = useRef(false)
  const subject = useSubject()
  const fitInto = useCallback(
    (duration: number) => {
      if (width === 0 || height === 0) return
      const bounds = { x: 0, y: 0, width: layout.width, height: layout.height }
      void setViewport(getViewportForBounds(bounds, width, height, minZoom, fitZoom, fitPadding), { duration })
    },
    [layout, width, height, setViewport],
  )
  useEffect(() => {
    if (!isMoved.current) fitInto(0)
  }, [fitInto])

  // biome-ignore lint/correctness/useExhaustiveDependencies: only another choice moves the graph, not another size
  useEffect(() => {
    const at = subject === null ? undefined : layout.nodes.get(subject)
    if (!at || width === 0 || !isOutside(at, getViewport(), { width, height })) return
    isMoved.current = true
    void setCenter(at.x, at.y, { zoom: getViewport().zoom, duration: motionMs() })
  }, [subject, layout])

  const zoomBy = (factor: number) => {
    isMoved.current = true
    const zoom = Math.min(maxZoom, Math.max(minZoom, getViewport().zoom * factor))
    void zoomTo(zoom, { duration: motionMs() })
  }
  useCommandHandlers({
    'graph.fit': () => {
      isMoved.current = false
      fitInto(motionMs())
    },
    'graph.zoomIn': () => zoomBy(zoomStep),
    'graph.zoomOut': () => zoomBy(1 / zoomStep),
  })
  return useCallback(() => {
    isMoved.current = true
  }, [])
}
