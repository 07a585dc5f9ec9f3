import { List, ScrollText } from 'lucide-react'
import { useMemo } from 'react'
import { commandOf } from '../../../shared/commands/commands.ts'
import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import { ageStart } from '../../../shared/text/detail.ts'
import { formatLength } from '../../../shared/text/durations.ts'
import { statusWord } from '../../../shared/text/status.ts'
import { useTimed } from '../../data/clock.ts'
import { useCommandHandlers } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { useGraphView } from '../../data/graph-store.ts'
import { keyWords } from '../../data/key-words.ts'
import { useProcess, useRows } from '../../data/rows-store.ts'
import { shownDetail, shownStatus } from '../../data/shown-status.ts'
import { type DetailsTab, prefer } from '../../data/view-store.ts'
import { Button } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { EdgeInspector } from './edge-inspector.tsx'
import { edgeOf } from './emphasis.ts'
import type { GraphEdge } from './graph.ts'
import { criticalPath } from './highlight.ts'
import { lossOf } from './requirement.ts'
import { ChildList, ParentList } from './requirement-list.tsx'
import { useSubject } from './select.ts'
import { StateScore } from './state-score.tsx'
import type { ShownGraph } from './use-graph.ts'
import { whyBlocked } from './why.ts'

type InspectorProps = { readonly graph: ShownGraph; readonly onOpen: (id: string) => void }

/** What is selected: why it waits, what it needs, what needs it. */
export function Inspector({ graph, onOpen }: InspectorProps) {
  const edge = edgeOf(
    graph,
    useGraphView((state) => state.edge),
  )
  const row = useProcess(useSubject())
  if (edge) return <EdgeInspector key={edge.id} edge={edge} graph={graph} />
  if (row) return <ProcessInspector row={row} graph={graph} onOpen={onOpen} />
  return (
    <section className="insp" aria-label="Inspector">
      <p className="insp-hint muted">Select a process to see what it waits for and what waits for it.</p>
    </section>
  )
}

function ProcessInspector({ row, graph, onOpen }: InspectorProps & { readonly row: ProcessRow }) {
  const lostSince = useConnection((state) => state.lostSince)
  const status = shownStatus(row, lostSince)
  const since = useTimed((now) => formatLength(Math.max(1000, now - ageStart(row))))
  // What is selected need not be part of what is drawn.
  const edges = useMemo(() => graph.all.flatMap((one) => one.edges), [graph.all])
  const needs = edges.filter(({ childId }) => childId === row.id)
  const neededBy = edges.filter(({ parentId }) => parentId === row.id)
  const first = useMemo(() => criticalPath(row.id, edges)[0], [row.id, edges])
  const cause = useProcess(first?.parentId ?? row.id) ?? row
  const met = needs.filter((edge) => edge.row.holds).length
  const loss = lossOf(needs)
  useDetailsCommands(row.id, cause.id, onOpen)
  return (
    <section className="insp" aria-label={displayName(row)}>
      <div className="dhead">
        <h2 className="what">
          <Mark kind={status} />
          <span className="cut">{displayName(row)}</span>
          <span className={`word s-${status}`}>{statusWord[status]}</span>
          {status !== 'unknown' && <span className="muted regular">for {since}</span>}
        </h2>
        <div className="acts">
          <Button
            look="quiet"
            size="small"
            icon={ScrollText}
            keys={keyWords(commandOf('view.logs').keys[0])}
            onClick={() => openTab('logs', cause.id, onOpen)}
          >
            <span className="cut" title={displayName(cause)}>
              Log of {displayName(cause)}
            </span>
          </Button>
          <Button look="quiet" size="small" icon={List} keys="Enter" onClick={() => onOpen(row.id)}>
            Show in Sessions
          </Button>
        </div>
      </div>
      <div className="cols">
        <Why row={row} cause={cause} label={labelOf(first)} />
        <div>
          <h3 className="panelt">
            Requires {needs.length > 0 && <span className="push">{`${met} of ${needs.length} met`}</span>}
          </h3>
          <ParentList edges={needs} graph={graph} />
        </div>
        <div>
          <h3 className="panelt">After it starts</h3>
          <ChildList edges={neededBy} graph={graph} />
          {loss !== null && (
            <div className="req">
              <span className="muted">If a parent is lost</span>
              <span className="push">{loss}</span>
            </div>
          )}
        </div>
      </div>
    </section>
  )
}

/** The state that a dependence is about; null when it is about something else. */
const labelOf = (edge: GraphEdge | undefined): string | null =>
  edge?.row.required.kind === 'state' ? edge.row.required.label : null

type WhyProps = { readonly row: ProcessRow; readonly cause: ProcessRow; readonly label: string | null }

/** `cause` is the process that everything waits for, `label` the state that it must be in. */
function Why({ row, cause, label }: WhyProps) {
  const processes = useRows((state) => (row.life.kind === 'blocked' ? state.processes : null))
  const lostSince = useConnection((state) => state.lostSince)
  const detail = useTimed((now) => shownDetail(row, lostSince, now))
  if (processes === null || lostSince !== null) {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reachable from the keyboard
      <section className="why" aria-label="Now" tabIndex={0}>
        <h3 className="panelt">Now</h3>
        <p>{detail}</p>
        {row.state !== null && row.score !== null && (
          <p className="muted">
            Like <code>{row.state}</code>, with a score of {row.score.toFixed(2)}
          </p>
        )}
      </section>
    )
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: as above
    <section className="why" aria-label="Why it waits" tabIndex={0}>
      <h3 className="panelt">Why it waits</h3>
      {whyBlocked(row, processes).map(({ name, text }) => (
        <p key={name}>
          <b>{name}</b> {text}.
        </p>
      ))}
      {label !== null && <StateScore parent={cause} label={label} />}
    </section>
  )
}

function openTab(tab: DetailsTab, id: string, onOpen: (id: string) => void): void {
  prefer({ detailsTab: tab })
  onOpen(id)
}

/** The keys of the details pane lead to it; the log is that of what everything waits for. */
function useDetailsCommands(id: string, causeId: string, onOpen: (id: string) => void): void {
  useCommandHandlers({
    'view.logs': () => openTab('logs', causeId, onOpen),
    'view.overview': () => openTab('overview', id, onOpen),
    'view.parents': () => openTab('dependencies', id, onOpen),
    'view.history': () => openTab('history', id, onOpen),
  })
}
