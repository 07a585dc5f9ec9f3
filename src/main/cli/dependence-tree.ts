import { requiredText } from '../../shared/domain/dependence.ts'
import type { DependenceRow, ProcessRow } from '../../shared/domain/rows.ts'
import type { SessionDependences } from './dependence-rows.ts'
import type { Piece } from './printer.ts'
import { parentName } from './process-names.ts'
import { stateText } from './process-text.ts'
import { statusPiece } from './row-text.ts'

type Node = { readonly key: string; readonly name: string; readonly row: ProcessRow | null }
type Line = readonly Piece[]

/**
 * Dependences as a tree, parents above what waits for them; a process with several parents appears under each, with its
 * own children only the first time.
 */
export function dependenceTree({ snapshot, names, edges }: SessionDependences): readonly Line[] {
  const rows = new Map(snapshot.processes.map((row) => [row.id, row]))
  const parentOf = (edge: DependenceRow): Node =>
    edge.parent.kind === 'process'
      ? { key: edge.parent.id, name: names(edge.parent.id), row: rows.get(edge.parent.id) ?? null }
      : { key: `missing ${edge.parent.name}`, name: parentName(edge, names), row: null }
  const childOf = ({ childId }: DependenceRow): Node => ({
    key: childId,
    name: names(childId),
    row: rows.get(childId) ?? null,
  })
  const edgesBelow = Map.groupBy(edges, (edge) => parentOf(edge).key)
  const children = new Set(edges.map((edge) => edge.childId))
  const roots = new Map(edges.map(parentOf).map((node) => [node.key, node]))
  const shown = new Set<string>()

  const below = (node: Node, indent: string): Line[] => {
    const own = edgesBelow.get(node.key) ?? []
    if (own.length === 0 || shown.has(node.key)) return []
    shown.add(node.key)
    return own.flatMap((edge, index) => {
      const isLast = index === own.length - 1
      const child = childOf(edge)
      const line: Line = [`${indent}${isLast ? '└─ ' : '├─ '}${edgeText(edge)}: `, ...nodePieces(child, shown)]
      return [line, ...below(child, `${indent}${isLast ? '   ' : '│  '}`)]
    })
  }
  return [...roots.values()]
    .filter((node) => !children.has(node.key))
    .flatMap((node) => [nodePieces(node, shown), ...below(node, '')])
}

const edgeText = (edge: DependenceRow): string => `${requiredText(edge.required)}${edge.holds ? '' : ' (not yet)'}`

function nodePieces({ key, name, row }: Node, shown: ReadonlySet<string>): Line {
  const status: Line = row === null ? ['does not exist'] : [statusPiece(row.life), stateSuffix(row)]
  return [name, '  ', ...status, shown.has(key) ? '  (see above)' : '']
}

function stateSuffix(row: ProcessRow): string {
  const state = stateText(row)
  return state === null ? '' : `, ${state}`
}
