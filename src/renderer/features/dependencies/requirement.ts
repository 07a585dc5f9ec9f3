import { type OnLoss, requiredText } from '../../../shared/domain/dependence.ts'
import type { GraphEdge, SessionGraph } from './graph.ts'

/** What happens to a child whose parent is lost, as a choice. */
export const lossWords: Readonly<Record<OnLoss, string>> = {
  keep: 'Keep running',
  stop: 'Stop',
  restart: 'Restart',
}

/** What happens to a process whose parents are lost, in one word for all of them; null for one that has none. */
export function lossOf(needs: readonly GraphEdge[]): string | null {
  const [first, ...others] = new Set(needs.map(({ row }) => row.onLoss))
  if (first === undefined) return null
  return others.length === 0 ? lossWords[first].toLowerCase() : 'differs by parent'
}

/** By process: what it needs, for those who hear the outline (`needs master.tws operative, not met; slave.tws up, met`). */
export function requirementTexts({ nodes, edges }: SessionGraph): ReadonlyMap<string, string> {
  const needs = ({ parentId, row }: GraphEdge) =>
    `${nodes.get(parentId)?.name ?? parentId} ${requiredText(row.required)}, ${row.holds ? 'met' : 'not met'}`
  return new Map(
    [...Map.groupBy(edges, ({ childId }) => childId)].map(([id, of]) => [id, `needs ${of.map(needs).join('; ')}`]),
  )
}
