import { Trash2 } from 'lucide-react'
import { commandOf } from '../../../shared/commands/commands.ts'
import { requiredText } from '../../../shared/domain/dependence.ts'
import { runCommand } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { keyWords } from '../../data/key-words.ts'
import { Button } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import type { GraphEdge } from './graph.ts'
import { lossWords } from './requirement.ts'
import type { ShownGraph } from './use-graph.ts'

/** The dependence that is selected. */
export function EdgeInspector({ edge, graph }: { readonly edge: GraphEdge; readonly graph: ShownGraph }) {
  const connected = useConnection((state) => state.client.kind === 'connected')
  const nodes = graph.graphs.find(({ id }) => id === edge.row.sessionId)?.nodes
  const parent = nodes?.get(edge.parentId)?.name ?? ''
  const child = nodes?.get(edge.childId)?.name ?? ''
  const { holds, onLoss, required } = edge.row
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
      <dl className="facts edge-facts">
        <dt>Needs</dt>
        <dd>
          <b>{parent}</b> <code>{requiredText(required)}</code>
        </dd>
        <dt>When lost</dt>
        <dd>{`${child}: ${lossWords[onLoss].toLowerCase()}`}</dd>
      </dl>
    </section>
  )
}
