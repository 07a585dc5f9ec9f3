import { requiredText } from '../../../shared/domain/dependence.ts'
import { type DependenceRow, displayName } from '../../../shared/domain/rows.ts'
import type { Rows } from '../../data/rows.ts'

/** A process that has dependences, or the name of a parent that does not exist yet. */
export type GraphNode = {
  readonly kind: 'process' | 'missing'
  /** The id of the process; unlike any id for a missing one. */
  readonly id: string
  readonly sessionId: string
  readonly name: string
}

/** One dependence: `childId` needs `parentId`. */
export type GraphEdge = {
  readonly id: string
  readonly parentId: string
  readonly childId: string
  readonly row: DependenceRow
}

/** The dependences of one session and the processes at their ends, both in the order of names. */
export type SessionGraph = {
  readonly id: string
  readonly name: string
  readonly nodes: ReadonlyMap<string, GraphNode>
  readonly edges: readonly GraphEdge[]
  /** How many of its processes have no dependences. */
  readonly others: number
}

const collator = new Intl.Collator('en-GB', { numeric: true })
export const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  collator.compare(a.name, b.name)

/** The graphs of all sessions that have dependences, by name. Ends that no longer exist are left out. */
export function sessionGraphs(rows: Pick<Rows, 'sessions' | 'processes' | 'dependences'>): SessionGraph[] {
  const counts = new Map<string, number>()
  for (const { sessionId } of rows.processes.values()) counts.set(sessionId, (counts.get(sessionId) ?? 0) + 1)
  return [...rows.dependences]
    .flatMap(([id, dependences]) => {
      const name = rows.sessions.get(id)?.name ?? id
      const graph = graphOf(dependences, rows.processes)
      const others = (counts.get(id) ?? 0) - processCount(graph)
      return graph.edges.length > 0 ? [{ id, name, ...graph, others }] : []
    })
    .sort(byName)
}

/** How many of its nodes are processes, which names that do not exist yet are not. */
export const processCount = ({ nodes }: Pick<SessionGraph, 'nodes'>): number =>
  [...nodes.values()].filter(({ kind }) => kind === 'process').length

function graphOf(dependences: readonly DependenceRow[], processes: Rows['processes']) {
  const found = new Map<string, GraphNode>()
  const edges = dependences.flatMap((row): GraphEdge[] => {
    const parent = parentNode(row, processes)
    const child = processNode(row.childId, processes)
    if (!parent || !child) return []
    found.set(parent.id, parent).set(child.id, child)
    const id = `${parent.id} ${requiredText(row.required)} ${child.id}`
    return [{ id, parentId: parent.id, childId: child.id, row }]
  })
  const nodes = new Map([...found.values()].sort(byName).map((node) => [node.id, node]))
  const nameOf = (id: string) => nodes.get(id)?.name ?? ''
  const key = ({ parentId, childId }: GraphEdge) => `${nameOf(parentId)} ${nameOf(childId)}`
  return { nodes, edges: edges.sort((a, b) => collator.compare(key(a), key(b))) }
}

function processNode(id: string, processes: Rows['processes']): GraphNode | undefined {
  const row = processes.get(id)
  return row && { kind: 'process', id, sessionId: row.sessionId, name: displayName(row) }
}

function parentNode({ parent, sessionId }: DependenceRow, processes: Rows['processes']): GraphNode | undefined {
  return parent.kind === 'process'
    ? processNode(parent.id, processes)
    : { kind: 'missing', id: `missing:${sessionId}:${parent.name}`, sessionId, name: parent.name }
}
