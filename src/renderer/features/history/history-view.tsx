import { Info, Pencil, Play, Tag } from 'lucide-react'
import { assertNever } from '../../../shared/domain/result.ts'
import { displayName, type HistoryEntry, type ProcessRow } from '../../../shared/domain/rows.ts'
import { formatExactMoment, formatMoment } from '../../../shared/text/durations.ts'
import { historyActor, historySentence } from '../../../shared/text/history.ts'
import { statusOf } from '../../../shared/text/status.ts'
import { useNow } from '../../data/clock.ts'
import { useConnection } from '../../data/connection-store.ts'
import { Button, Icon } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { groupByRun, type RunGroup } from './history-groups.ts'
import { type History, useHistory } from './use-history.ts'

/** What happened to a process, newest first, with who did it and why. */
export function HistoryView({ row }: { readonly row: ProcessRow }) {
  const { readAgain, readOlder, ...history } = useHistory(row)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reachable from the keyboard
    <section className="timeline" aria-label={`History of ${displayName(row)}`} tabIndex={0} data-details>
      <Trouble history={history} onRetry={readAgain} />
      {history.pages === null && history.failure === null && <p className="note">Reading the history</p>}
      {history.pages?.entries.length === 0 && <p className="note">Nothing has happened to it yet.</p>}
      {groupByRun(history.pages?.entries ?? []).map((group) => (
        <Run key={group.run} group={group} />
      ))}
      {history.pages?.hasOlder && (
        <Button className="older" size="small" disabled={history.busy} onClick={readOlder}>
          {history.busy ? 'Reading older entries' : 'Show older'}
        </Button>
      )}
    </section>
  )
}

/** Why the history may not be whole or not be new. */
function Trouble({ history, onRetry }: { readonly history: History; readonly onRetry: () => void }) {
  const lostSince = useConnection((state) => state.lostSince)
  const now = useNow()
  if (lostSince !== null) {
    return (
      <p className="helpline" role="status">
        <Mark kind="unknown" />
        What happened since {formatMoment(lostSince, now)} is not known: the daemon does not answer.
      </p>
    )
  }
  if (history.failure === null || history.failure.code === 'disconnected') return null
  return (
    <p className="helpline" role="alert">
      <Mark kind="failed" />
      <span>
        The history could not be read. {history.failure.message} {history.failure.hint}
      </span>
      <Button size="small" look="quiet" onClick={onRetry}>
        Try again
      </Button>
    </p>
  )
}

function Run({ group }: { readonly group: RunGroup }) {
  const title = group.run === null ? 'Earlier' : group.run === 0 ? 'Before the first run' : `Run ${group.run}`
  return (
    <section className="run" aria-label={title}>
      <h3>
        <Icon of={Play} />
        {title}
      </h3>
      <ol>
        {group.entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
    </section>
  )
}

function Entry({ entry }: { readonly entry: HistoryEntry }) {
  const now = useNow()
  return (
    <li>
      <time dateTime={new Date(entry.at).toISOString()}>{formatExactMoment(entry.at, now)}</time>
      <EntryMark entry={entry} />
      <span className="sentence">{historySentence(entry)}</span>
      <span className="by">by {historyActor(entry)}</span>
    </li>
  )
}

function EntryMark({ entry: { what } }: { readonly entry: HistoryEntry }) {
  switch (what.kind) {
    case 'life':
      return <Mark kind={statusOf(what.life)} />
    case 'state':
      return <Icon of={Tag} />
    case 'definition':
      return <Icon of={Pencil} />
    case 'note':
      return <Icon of={Info} />
    default:
      return assertNever(what)
  }
}
