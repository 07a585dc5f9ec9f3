import { Network, Plus, X } from 'lucide-react'
import { useMemo } from 'react'
import { type DependenceRow, displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import { onLossWord } from '../../../shared/text/definition.ts'
import { statusWord } from '../../../shared/text/status.ts'
import { waitingSentence } from '../../../shared/text/waiting.ts'
import { removeDependence } from '../../app/actions/dependence-actions.ts'
import { runCommand } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { keyWords } from '../../data/key-words.ts'
import { useRows } from '../../data/rows-store.ts'
import { selectOnly } from '../../data/selection-store.ts'
import { useSettledRows } from '../../data/settled-rows.ts'
import { shownStatus } from '../../data/shown-status.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { type Relation, relationsOf } from './relations.ts'

const none: readonly DependenceRow[] = []

/** What a process depends on, what depends on it, and what it waits for. */
export function RelationsView({ row }: { readonly row: ProcessRow }) {
  const dependences = useRows((state) => state.dependences.get(row.sessionId) ?? none)
  // Names and whether a process exists change with the structure only; each line follows its own row.
  const processes = useSettledRows((state) => state.rows.processes)
  const { parents, children } = useMemo(
    () => relationsOf(row.id, dependences, processes),
    [row.id, dependences, processes],
  )
  const connected = useConnection((state) => state.client.kind === 'connected')
  const name = displayName(row)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reachable from the keyboard
    <section className="relations" aria-label={`Dependencies of ${name}`} tabIndex={0} data-details>
      <div className="relations-bar">
        <Button
          size="small"
          icon={Plus}
          disabled={!connected}
          onClick={() => {
            selectOnly(row.id)
            runCommand('dependences.add')
          }}
        >
          Add dependency…
        </Button>
        <Button
          size="small"
          look="quiet"
          icon={Network}
          keys={keyWords('g d')}
          onClick={() => {
            selectOnly(row.id)
            runCommand('view.inGraph')
          }}
        >
          Show in graph
        </Button>
      </div>
      {row.life.kind === 'blocked' && (
        <p className="blocked" role="status">
          <Mark kind="waiting" />
          <span>{waitingSentence(row.waitingFor)}</span>
        </p>
      )}
      <RelationList of={name} title="Parents" empty={`${name} depends on nothing.`} relations={parents} side="parent" />
      <RelationList
        of={name}
        title="Children"
        empty={`Nothing depends on ${name}.`}
        relations={children}
        side="child"
      />
    </section>
  )
}

type Side = 'parent' | 'child'

function RelationList(props: {
  /** The name of the process whose tab this is. */
  readonly of: string
  readonly title: string
  readonly empty: string
  readonly relations: readonly Relation[]
  readonly side: Side
}) {
  const { title, empty, relations, side } = props
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {relations.length === 0 ? (
        <p className="note">{empty}</p>
      ) : (
        <ul>
          {relations.map((relation) => (
            <RelationLine
              key={relation.key}
              relation={relation}
              side={side}
              child={side === 'parent' ? props.of : relation.name}
            />
          ))}
        </ul>
      )}
    </section>
  )
}

type LineProps = { readonly relation: Relation; readonly side: Side; readonly child: string }

function RelationLine({ relation, side, child }: LineProps) {
  const { other, name, required, holds, dependence } = relation
  const connected = useConnection((state) => state.client.kind === 'connected')
  return (
    <li>
      <OtherEnd other={other} name={name} />
      <span className={holds ? 'edge' : 'edge unmet'}>
        {side === 'parent' ? 'must be' : 'needs it to be'} <b>{required}</b>
      </span>
      <span className="st small">
        <Mark kind={holds ? 'succeeded' : 'waiting'} />
        {holds ? 'it is' : 'it is not'}
      </span>
      <span className="loss">{`If it is lost, ${child} ${onLossWord[dependence.onLoss]}`}</span>
      <IconButton
        label={`Remove the dependency on ${side === 'parent' ? `${name}:${required}` : required} (${name})`}
        icon={X}
        size="small"
        disabled={!connected}
        onClick={() => void removeDependence(dependence)}
      />
    </li>
  )
}

/** The process at the other end with its status; a click shows it. */
function OtherEnd({ other, name }: { readonly other: ProcessRow | null; readonly name: string }) {
  const row = useRows((state) => (other ? state.processes.get(other.id) : undefined))
  const lostSince = useConnection((state) => state.lostSince)
  if (!row) {
    return (
      <span className="st end">
        <Mark kind="unknown" />
        <span className="cut">{name}</span>
        <span className="muted small">does not exist yet</span>
      </span>
    )
  }
  const status = shownStatus(row, lostSince)
  return (
    <span className="st end">
      <Mark kind={status} />
      <button type="button" className="link cut" onClick={() => selectOnly(row.id)}>
        {displayName(row)}
      </button>
      <span className={`small s-${status}`}>{statusWord[status]}</span>
    </span>
  )
}
