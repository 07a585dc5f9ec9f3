import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { memo, useContext, useMemo } from 'react'
import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import { countOf, formatCount } from '../../../shared/text/numbers.ts'
import { statuses, statusWord } from '../../../shared/text/status.ts'
import { useTimed } from '../../data/clock.ts'
import { useConnection } from '../../data/connection-store.ts'
import { foldSession } from '../../data/graph-store.ts'
import { useProcess } from '../../data/rows-store.ts'
import { useSelection } from '../../data/selection-store.ts'
import { shownStatus } from '../../data/shown-status.ts'
import { useTallyOf } from '../../data/tally.ts'
import { Icon } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { useStandsBack } from './emphasis.ts'
import { processCount, type SessionGraph } from './graph.ts'
import { nodeFact } from './node-fact.ts'
import { Tally } from './tally.tsx'
import { GraphContext } from './use-graph.ts'

// What stands on the canvas. The outline says the same to those who do not see it, so nothing here takes the keyboard.

type MissingNode = Node<{ readonly name: string }, 'missing'>
export type CanvasNode = Node<Record<string, never>, 'process' | 'folded' | 'title'> | MissingNode

const titlePrefix = 'title:'
/** Ids of nodes are those of processes and sessions; a title stands beside them. */
export const titleId = (sessionId: string): string => `${titlePrefix}${sessionId}`
const sessionOfTitle = (id: string): string => id.slice(titlePrefix.length)

const useSessionGraph = (id: string): SessionGraph | undefined =>
  useContext(GraphContext)?.graphs.find((graph) => graph.id === id)

/** A process: its edge has the colour of its status, a failed one has it all around. */
const ProcessNode = memo(function ProcessNode({ id }: NodeProps) {
  const row = useProcess(id)
  return row ? <KnownProcess row={row} /> : null
})

function KnownProcess({ row }: { readonly row: ProcessRow }) {
  const lostSince = useConnection((state) => state.lostSince)
  const selected = useSelection((state) => state.selected.has(row.id))
  const standsBack = useStandsBack(row.id)
  const status = shownStatus(row, lostSince)
  const fact = useTimed((now) => (status === 'unknown' ? '' : nodeFact(row, now, 'wide')))
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectableStart={false} />
      <div
        className={['node', `s-${status}`, standsBack ? 'off' : '', selected ? 'sel' : ''].filter(Boolean).join(' ')}
        data-node={row.id}
        data-status={status}
      >
        <div className="nn cut">{displayName(row)}</div>
        <div className="ns">
          <span className="st">
            <Mark kind={status} />
            {statusWord[status]}
          </span>
          <span className="muted push">{fact}</span>
        </div>
      </div>
      <Handle type="source" position={Position.Right} isConnectableEnd={false} />
    </>
  )
}

/** A parent that is only a name so far. */
const MissingProcess = memo(function MissingProcess({ id, data }: NodeProps<MissingNode>) {
  const standsBack = useStandsBack(id)
  return (
    <>
      <div className={standsBack ? 'node missing s-unknown off' : 'node missing s-unknown'}>
        <div className="nn cut">{data.name}</div>
        <div className="ns">
          <span className="st">
            <Mark kind="unknown" />
            Does not exist yet
          </span>
        </div>
      </div>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  )
})

/** A session as one node: its health is that of its worst process. */
const FoldedSession = memo(function FoldedSession({ id }: NodeProps) {
  const graph = useSessionGraph(id)
  return graph ? <FoldedGraph graph={graph} /> : null
})

function FoldedGraph({ graph }: { readonly graph: SessionGraph }) {
  const ids = useMemo(() => [...graph.nodes.keys()], [graph])
  const tally = useTallyOf(ids)
  const worst = statuses.find((status) => tally.of[status] > 0) ?? 'unknown'
  return (
    <div className={`node group s-${worst}`} data-session={graph.id}>
      <div className="nn">
        <Icon of={ChevronRight} />
        <span className="cut">{graph.name}</span>
        <span className="muted push">{formatCount(processCount(graph))}</span>
      </div>
      <div className="ns">
        <Tally tally={tally} words={false} most={4} />
      </div>
    </div>
  )
}

const SessionTitle = memo(function SessionTitle({ id }: NodeProps) {
  const graph = useSessionGraph(sessionOfTitle(id))
  if (!graph) return null
  return (
    <button type="button" className="session-title" tabIndex={-1} onClick={() => foldSession(graph.id, true)}>
      <Icon of={ChevronDown} />
      <b>{graph.name}</b>
      <span className="muted">{countOf(processCount(graph), 'process', 'processes')}</span>
    </button>
  )
})

export const nodeTypes = {
  process: ProcessNode,
  missing: MissingProcess,
  folded: FoldedSession,
  title: SessionTitle,
} as const
