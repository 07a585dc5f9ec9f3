import { X } from 'lucide-react'
import { requiredText } from '../../../shared/domain/dependence.ts'
import { displayName } from '../../../shared/domain/rows.ts'
import { removeDependence } from '../../app/actions/dependence-actions.ts'
import { useConnection } from '../../data/connection-store.ts'
import { useProcess } from '../../data/rows-store.ts'
import { shownStatus } from '../../data/shown-status.ts'
import { IconButton } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import type { GraphEdge } from './graph.ts'
import { selectProcess } from './select.ts'
import type { ShownGraph } from './use-graph.ts'

type ListProps = { readonly edges: readonly GraphEdge[]; readonly graph: ShownGraph }

/** What a process needs, and whether it has it. */
export function ParentList({ edges, graph }: ListProps) {
  const connected = useConnection((state) => state.client.kind === 'connected')
  if (edges.length === 0) return <p className="req muted">It starts without waiting</p>
  return (
    <ul className="reqs">
      {edges.map((edge) => (
        <li key={edge.id} className="req">
          <End id={edge.parentId} graph={graph} />
          <code title={requiredText(edge.row.required)}>{requiredText(edge.row.required)}</code>
          <span className={edge.row.holds ? 'muted push' : 's-waiting push'}>{edge.row.holds ? 'met' : 'not met'}</span>
          <IconButton
            label={`Remove the dependency on ${nameIn(graph, edge.parentId)} ${requiredText(edge.row.required)}`}
            icon={X}
            size="small"
            disabled={!connected}
            onClick={() => void removeDependence(edge.row)}
          />
        </li>
      ))}
    </ul>
  )
}

/** What needs a process, and what of it. */
export function ChildList({ edges, graph }: ListProps) {
  if (edges.length === 0) return <p className="req muted">Nothing waits for it</p>
  return (
    <ul className="reqs">
      {edges.map((edge) => (
        <li key={edge.id} className="req">
          <End id={edge.childId} graph={graph} />
          <code className="push" title={requiredText(edge.row.required)}>
            {requiredText(edge.row.required)}
          </code>
        </li>
      ))}
    </ul>
  )
}

const nameIn = (graph: ShownGraph, id: string): string =>
  graph.all.map(({ nodes }) => nodes.get(id)?.name).find((name) => name !== undefined) ?? id

/** One end of a dependence: a click selects it. */
function End({ id, graph }: { readonly id: string; readonly graph: ShownGraph }) {
  const row = useProcess(id)
  const lostSince = useConnection((state) => state.lostSince)
  if (!row) {
    return (
      <>
        <Mark kind="unknown" />
        <span className="cut">{nameIn(graph, id)}</span>
      </>
    )
  }
  return (
    <>
      <Mark kind={shownStatus(row, lostSince)} />
      <button type="button" className="strong cut" onClick={() => selectProcess(id)}>
        {displayName(row)}
      </button>
    </>
  )
}
