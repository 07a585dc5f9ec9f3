import { edgeLabel, type Places, placeLabels } from './edge-labels.ts'
import type { GraphEdge } from './graph.ts'
import { type Layout, nodeSize, type Point, pairKey } from './layout.ts'

/** How an edge is drawn, in units of the canvas. */
export type EdgeShape = {
  /** An SVG path from the right side of the parent to the arrow head. */
  readonly path: string
  /** An SVG path of the arrow head. */
  readonly head: string
  /** The middle of its label. */
  readonly label: Point
}

const portDistance = 12
/** Ports stay on the straight part of a side. */
const portRange = 32
const headLength = 7
/** The tip of the head and the side of the node keep a little air between them. */
const headGap = 2
const steepest = 180
/** How far along its edge a label may give way to another one, in shares of the way. */
const labelSteps = [-0.1, 0.1, -0.2, 0.2] as const

const middleOf = ({ y }: Point): number => y + nodeSize.height / 2

/** The shapes of all edges whose ends have a place, by the id of the edge. */
export function edgeShapes(
  edges: readonly GraphEdge[],
  layout: Pick<Layout, 'nodes' | 'lanes'>,
): ReadonlyMap<string, EdgeShape> {
  const routes = new Map<string, Route>()
  for (const incoming of Map.groupBy(edges, ({ childId }) => childId).values()) {
    const placed = incoming
      .flatMap((edge) => {
        const [parent, child] = [layout.nodes.get(edge.parentId), layout.nodes.get(edge.childId)]
        const lanes = layout.lanes.get(pairKey(edge)) ?? []
        return parent && child ? [{ edge, parent, child, lanes, from: lanes.at(-1)?.y ?? middleOf(parent) }] : []
      })
      // From top to bottom as they arrive, so that they do not cross before the node.
      .sort((a, b) => a.from - b.from)
    const step = Math.min(portDistance, portRange / Math.max(1, placed.length - 1))
    const pairs = Map.groupBy(placed, ({ edge }) => edge.parentId)
    for (const [index, { edge, parent, child, lanes }] of placed.entries()) {
      const port = middleOf(child) + (index - (placed.length - 1) / 2) * step
      const twins = pairs.get(edge.parentId) ?? []
      const share = (twins.findIndex((twin) => twin.edge === edge) + 1) / (twins.length + 1)
      routes.set(edge.id, routeOf(parent, { x: child.x, y: port }, lanes, share))
    }
  }
  const labels = placeLabels(
    edges.flatMap(({ id, row }) => {
      const places = routes.get(id)?.labels
      return places ? [{ id, text: edgeLabel(row), places }] : []
    }),
  )
  const shapeOf = (id: string, { path, head, labels: [best] }: Route): EdgeShape => ({
    path,
    head,
    label: labels.get(id) ?? best,
  })
  return new Map([...routes].map(([id, route]) => [id, shapeOf(id, route)]))
}

/** An edge without its label, and where that may stand, best first. */
type Route = Omit<EdgeShape, 'label'> & { readonly labels: Places }

/** `share` of the way is where the label stands best: 0.5, or less and more where two edges join one pair. */
function routeOf(parent: Point, port: Point, lanes: readonly Point[], share: number): Route {
  const end = { x: port.x - headGap - headLength, y: port.y }
  const half = nodeSize.width / 2
  let from: Point = { x: parent.x + nodeSize.width, y: middleOf(parent) }
  const begin = from
  let path = `M${from.x} ${from.y}`
  for (const lane of lanes) {
    const enter = { x: lane.x - half, y: lane.y }
    path += `${curve(from, enter)}H${lane.x + half}`
    from = { x: lane.x + half, y: lane.y }
  }
  path += curve(from, end)
  const lane = lanes[Math.floor((lanes.length - 1) / 2)]
  const at = (part: number): Point =>
    lane ? { x: lane.x - half + nodeSize.width * part, y: lane.y } : pointOn(begin, end, part)
  const [tip, back] = [end.x + headLength, end.x]
  return {
    path,
    head: `M${back} ${end.y - 4}L${tip} ${end.y}L${back} ${end.y + 4}Z`,
    labels: [at(share), ...labelSteps.map((step) => at(share + step))],
  }
}

const reachOf = (from: Point, to: Point): number => Math.min(steepest, Math.max(30, (to.x - from.x) / 2))

/** Leaves and arrives level. */
function curve(from: Point, to: Point): string {
  const reach = reachOf(from, to)
  return `C${from.x + reach} ${from.y} ${to.x - reach} ${to.y} ${to.x} ${to.y}`
}

/** The point of that curve at `share` (a cubic Bezier curve). */
function pointOn(from: Point, to: Point, share: number): Point {
  const reach = reachOf(from, to)
  const rest = 1 - share
  const mix = (a: number, b: number, c: number, d: number) =>
    rest ** 3 * a + 3 * rest ** 2 * share * b + 3 * rest * share ** 2 * c + share ** 3 * d
  return {
    x: mix(from.x, from.x + reach, to.x - reach, to.x),
    y: mix(from.y, from.y, to.y, to.y),
  }
}
