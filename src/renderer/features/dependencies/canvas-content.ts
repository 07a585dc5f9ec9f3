import type { CanvasEdge } from './canvas-edge.tsx'
import { type CanvasNode, titleId } from './canvas-nodes.tsx'
import { edgeLabel } from './edge-labels.ts'
import { edgeShapes } from './edge-shape.ts'
import { type Layout, nodeSize, type Point } from './layout.ts'
import type { ShownGraph } from './use-graph.ts'

const titleSize = { width: 400, height: 28 } as const

const still = { draggable: false, selectable: false, focusable: false } as const

/** What the library draws. Only a change of the layout makes new objects; what changes more often nodes look up. */
export function canvasNodes(graph: ShownGraph, layout: Layout): CanvasNode[] {
  const sessions = graph.titled ? graph.graphs : []
  const missing = new Map(
    graph.graphs.flatMap(({ nodes }) =>
      [...nodes.values()].flatMap((node) => (node.kind === 'missing' ? [[node.id, node]] : [])),
    ),
  )
  const folded = new Set(sessions.filter(({ id }) => graph.isFolded(id)).map(({ id }) => id))
  const places = [...layout.nodes].map(([id, position]): CanvasNode => {
    const base = { id, position, ...nodeSize, ...still }
    const name = missing.get(id)?.name
    if (name !== undefined) return { ...base, type: 'missing', data: { name } }
    return { ...base, type: folded.has(id) ? 'folded' : 'process', data: {}, connectable: !folded.has(id) }
  })
  const titles = [...layout.titles].map(
    ([id, position]): CanvasNode => ({ id: titleId(id), type: 'title', position, data: {}, ...titleSize, ...still }),
  )
  return [...titles, ...places]
}

/** The arrows between them. */
export function canvasEdges(graph: ShownGraph, layout: Layout): CanvasEdge[] {
  const edges = graph.graphs.flatMap((one) => (graph.isFolded(one.id) ? [] : one.edges))
  const shapes = edgeShapes(edges, layout)
  return edges.flatMap((edge): CanvasEdge[] => {
    const shape = shapes.get(edge.id)
    const ends = { id: edge.id, source: edge.parentId, target: edge.childId }
    return shape
      ? [
          {
            ...ends,
            type: 'dependence',
            data: { shape, label: edgeLabel(edge.row) },
            selectable: false,
            focusable: false,
          },
        ]
      : []
  })
}

/** True when this place is not wholly inside the window onto the canvas. */
export function isOutside(
  at: Point,
  viewport: { readonly x: number; readonly y: number; readonly zoom: number },
  size: { readonly width: number; readonly height: number },
): boolean {
  const left = at.x * viewport.zoom + viewport.x
  const top = at.y * viewport.zoom + viewport.y
  const right = left + nodeSize.width * viewport.zoom
  const bottom = top + nodeSize.height * viewport.zoom
  return left < 0 || top < 0 || right > size.width || bottom > size.height
}
