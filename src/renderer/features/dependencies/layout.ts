import { type EdgeLabel, Graph, type GraphLabel, layout, type NodeLabel } from '@dagrejs/dagre'

// Where everything stands on the canvas, in its own units (CSS pixels at 100 %). Pure data in and out: it crosses to a
// worker (layout-worker.ts).

export type Point = { readonly x: number; readonly y: number }

export const nodeSize = { width: 190, height: 46 } as const
/** Distance between the left edges of neighbouring columns. */
const columnPitch = 310
/** Free height between two nodes of one column, and between an edge and what it passes. */
const rowGap = 38
const laneGap = 26
const blockGap = 48
const titleHeight = 36
const foldedGap = 24
const foldedPerRow = 4

type Pair = { readonly parentId: string; readonly childId: string }

/** A session: folded it is one node; open, its processes stand below its title. */
export type LayoutBlock =
  | { readonly kind: 'folded'; readonly id: string }
  | { readonly kind: 'open'; readonly id: string; readonly nodes: readonly string[]; readonly pairs: readonly Pair[] }

export type LayoutInput = { readonly titled: boolean; readonly blocks: readonly LayoutBlock[] }

export type Layout = {
  /** Top left corners by id of a node, or of a session that is folded. */
  readonly nodes: ReadonlyMap<string, Point>
  /** Top left corners of the titles of open sessions; empty when they have none. */
  readonly titles: ReadonlyMap<string, Point>
  /** By `pairKey`: the middles of the free places in the columns that an edge passes, from left to right. */
  readonly lanes: ReadonlyMap<string, readonly Point[]>
  readonly width: number
  readonly height: number
}

export const pairKey = ({ parentId, childId }: Pair): string => `${parentId} ${childId}`

type Placed = Pick<Layout, 'width' | 'height' | 'lanes'> & { readonly nodes: ReadonlyMap<string, Point> }

/** Places all sessions below each other, each with its parents left of its children. */
export function layOut({ titled, blocks }: LayoutInput): Layout {
  const nodes = new Map<string, Point>()
  const titles = new Map<string, Point>()
  const lanes = new Map<string, readonly Point[]>()
  let [top, width, folded] = [0, 0, 0]
  const endFolded = () => {
    if (folded % foldedPerRow > 0) top += nodeSize.height + foldedGap
    if (folded > 0) top += blockGap - foldedGap
    folded = 0
  }
  for (const block of blocks) {
    if (block.kind === 'folded') {
      const column = folded % foldedPerRow
      const x = column * (nodeSize.width + foldedGap)
      nodes.set(block.id, { x, y: top })
      width = Math.max(width, x + nodeSize.width)
      folded += 1
      if (folded % foldedPerRow === 0) top += nodeSize.height + foldedGap
      continue
    }
    endFolded()
    if (titled) {
      titles.set(block.id, { x: 0, y: top })
      top += titleHeight
    }
    const placed = placeNodes(block.nodes, block.pairs)
    const move = ({ x, y }: Point): Point => ({ x, y: y + top })
    for (const [id, point] of placed.nodes) nodes.set(id, move(point))
    for (const [key, points] of placed.lanes) lanes.set(key, points.map(move))
    width = Math.max(width, placed.width)
    top += placed.height + blockGap
  }
  endFolded()
  return { nodes, titles, lanes, width, height: Math.max(0, top - blockGap) }
}

/**
 * One session by itself, its top left corner at 0, 0. Every process stands in the column of its longest chain of
 * parents, so that all that need nothing begin the first one. The ranker of dagre that does this counts from the ends of
 * edges, hence edges that lead from child to parent in a graph that grows to the left.
 */
function placeNodes(ids: readonly string[], pairs: readonly Pair[]): Placed {
  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>()
  graph.setGraph({
    rankdir: 'RL',
    ranker: 'longest-path',
    nodesep: rowGap,
    edgesep: laneGap,
    ranksep: columnPitch - nodeSize.width,
  })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const id of ids) graph.setNode(id, { ...nodeSize })
  for (const { parentId, childId } of pairs) graph.setEdge(childId, parentId)
  layout(graph)
  const nodes = new Map(
    ids.map((id) => {
      const { x = 0, y = 0 } = graph.node(id)
      return [id, { x: Math.round(x - nodeSize.width / 2), y: Math.round(y - nodeSize.height / 2) }]
    }),
  )
  const corners = [...nodes.values()]
  const columns = new Set(corners.map(({ x }) => x))
  const lanes = new Map(
    pairs.map((pair) => {
      const points = graph.edge(pair.childId, pair.parentId)?.points ?? []
      return [pairKey(pair), lanesOf(points, nodes.get(pair.parentId), nodes.get(pair.childId), columns)]
    }),
  )
  return {
    nodes,
    lanes,
    width: Math.max(0, ...corners.map(({ x }) => x + nodeSize.width)),
    height: Math.max(0, ...corners.map(({ y }) => y + nodeSize.height)),
  }
}

/** Of the bends of an edge only those matter that lead it past the nodes of a column between its ends. */
function lanesOf(
  points: readonly Point[],
  parent: Point | undefined,
  child: Point | undefined,
  columns: ReadonlySet<number>,
): readonly Point[] {
  if (!parent || !child) return []
  return points
    .map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }))
    .filter(({ x }) => {
      const corner = x - nodeSize.width / 2
      return corner > parent.x && corner < child.x && columns.has(corner)
    })
    .sort((a, b) => a.x - b.x)
}
