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
import { type Layout, nodeSize } from './layout.ts'
import { Legend } from './legend.tsx'
import { selectEdge, selectNothing, selectProcess, useSubject } from './select.ts'
import { GraphContext, type ShownGraph } from './use-graph.ts'

const minZoom = 0.02
const maxZoom = 2
/** Fitting never enlarges, or a graph of two nodes would shout. */
const fitZoom = 1
/** A graph that would be drawn smaller than this begins at its first processes instead, as large as this. */
const readableZoom = 0.5
/** Room for the legend below. */
const fitPadding = { top: '32px', right: '40px', bottom: '52px', left: '40px' } as const
const firstLeft = 40
const firstTop = 32
const zoomStep = 1.25
const dotDistance = 16
const miniMapAbove = 30
/** It covers as little of the graph as it can. */
const miniMapSize = { width: 148, height: 104 } as const
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
    <div className="canvas" ref={place}>
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
          {isLarge && <MiniMap pannable zoomable nodeComponent={MapNode} position="bottom-right" style={miniMapSize} />}
        </ReactFlow>
      </GraphContext.Provider>
      {edges.length > 0 && <Legend />}
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

/** Whether a person has moved the graph, or sees what the screen began with, or asked for the whole. */
type Framing = 'begin' | 'whole' | 'moved'

/**
 * Frames the graph until a person moves it; then only the Fit command does. Returns what to call when they do. What is
 * selected elsewhere is brought into sight.
 */
function useViewport(place: RefObject<HTMLDivElement | null>, layout: Layout): () => void {
  const { width, height } = useElementSize(place)
  const { setViewport, getViewport, zoomTo, setCenter } = useReactFlow()
  const framing = useRef<Framing>('begin')
  const subject = useSubject()
  const frame = useCallback(
    (duration: number) => {
      if (width === 0 || height === 0 || framing.current === 'moved') return
      const whole = wholeView(layout, width, height)
      const isReadable = framing.current === 'whole' || whole.zoom >= readableZoom
      void setViewport(isReadable ? whole : firstView(layout, height), { duration })
    },
    [layout, width, height, setViewport],
  )
  useEffect(() => frame(0), [frame])

  // biome-ignore lint/correctness/useExhaustiveDependencies: only another choice moves the graph, not another size
  useEffect(() => {
    const at = subject === null ? undefined : layout.nodes.get(subject)
    if (!at || width === 0 || !isOutside(at, getViewport(), { width, height })) return
    framing.current = 'moved'
    const middle = { x: at.x + nodeSize.width / 2, y: at.y + nodeSize.height / 2 }
    void setCenter(middle.x, middle.y, { zoom: getViewport().zoom, duration: motionMs() })
  }, [subject, layout, width === 0])

  const zoomBy = (factor: number) => {
    framing.current = 'moved'
    const zoom = Math.min(maxZoom, Math.max(minZoom, getViewport().zoom * factor))
    void zoomTo(zoom, { duration: motionMs() })
  }
  useCommandHandlers({
    'graph.fit': () => {
      framing.current = 'whole'
      frame(motionMs())
    },
    'graph.zoomIn': () => zoomBy(zoomStep),
    'graph.zoomOut': () => zoomBy(1 / zoomStep),
  })
  return useCallback(() => {
    framing.current = 'moved'
  }, [])
}

const wholeView = (layout: Layout, width: number, height: number) =>
  getViewportForBounds(
    { x: 0, y: 0, width: layout.width, height: layout.height },
    width,
    height,
    minZoom,
    fitZoom,
    fitPadding,
  )

/** The uppermost of the first column at the left, halfway down where there is enough above it. */
function firstView({ nodes }: Layout, height: number) {
  const [first = { x: 0, y: 0 }] = [...nodes.values()].sort((a, b) => a.x - b.x || a.y - b.y)
  const middle = first.y + nodeSize.height / 2
  const y = Math.min(firstTop, height / 2 - middle * readableZoom)
  return { zoom: readableZoom, x: firstLeft - first.x * readableZoom, y }
}
