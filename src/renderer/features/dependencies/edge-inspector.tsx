import { Trash2 } from 'lucide-react'
import { commandOf } from '../../../shared/commands/commands.ts'
import { requiredText } from '../../../shared/domain/dependence.ts'
import type { ProcessRow } from '../../../shared/domain/rows.ts'
import { onLossWord } from '../../../shared/text/definition.ts'
import { statusWord } from '../../../shared/text/status.ts'
import { useTimed } from '../../data/clock.ts'
import { runCommand } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { keyWords } from '../../data/key-words.ts'
import { useProcess } from '../../data/rows-store.ts'
import { shownDetail, shownStatus } from '../../data/shown-status.ts'
import { Button } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import type { GraphEdge } from './graph.ts'
import type { ShownGraph } from './use-graph.ts'

/** The dependence that is selected. */
export function EdgeInspector({ edge, graph }: { readonly edge: GraphEdge; readonly graph: ShownGraph }) {
  const connected = useConnection((state) => state.client.kind === 'connected')
  const nodes = graph.graphs.find(({ id }) => id === edge.row.sessionId)?.nodes
  const parent = nodes?.get(edge.parentId)?.name ?? ''
  const child = nodes?.get(edge.childId)?.name ?? ''
  const { holds, onLoss, required } = edge.row
  const parentRow = useProcess(edge.parentId)
  const remove = commandOf('dependences.remove')
  return (
    <section className="insp" aria-label={`${child} waits for ${parent}`}>
      <div className="dhead">
        <h2 className="what">
          <Mark kind={holds ? 'succeeded' : 'waiting'} />
          <span className="cut">
            {child} waits for {parent}
          </span>
          <span className={holds ? 'word muted' : 'word s-waiting'}>{holds ? 'Met' : 'Not met'}</span>
        </h2>
        <div className="acts">
          <Button
            look="quiet"
            size="small"
            icon={Trash2}
            keys={keyWords(remove.keys[0])}
            disabled={!connected}
            onClick={() => runCommand('dependences.remove')}
          >
            {remove.label}
          </Button>
        </div>
      </div>
      <dl className="edge-facts">
        <dt>Needs</dt>
        <dd>
          <b>{parent}</b> to be <code>{requiredText(required)}</code>
        </dd>
        {parentRow && (
          <>
            <dt>It is</dt>
            <dd>
              <ParentNow row={parentRow} />
            </dd>
          </>
        )}
        <dt>If it is lost</dt>
        <dd>{`${child} ${onLossWord[onLoss]}`}</dd>
      </dl>
    </section>
  )
}

function ParentNow({ row }: { readonly row: ProcessRow }) {
  const lostSince = useConnection((state) => state.lostSince)
  const status = shownStatus(row, lostSince)
  const detail = useTimed((now) => shownDetail(row, lostSince, now))
  return (
    <>
      <span className={`st s-${status}`}>
        <Mark kind={status} />
        {statusWord[status]}
      </span>
      <span className="muted">{detail}</span>
    </>
  )
}
