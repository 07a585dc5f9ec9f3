import { Info, Pencil, Play, Tag } from 'lucide-react'
import { useLayoutEffect, useRef } from 'react'
import type { Life } from '../../../shared/domain/life.ts'
import { assertNever } from '../../../shared/domain/result.ts'
import { displayName, type HistoryEntry, type ProcessRow } from '../../../shared/domain/rows.ts'
import { endedWell } from '../../../shared/domain/run-end.ts'
import { formatExactMoment, formatMoment, isSameDay } from '../../../shared/text/durations.ts'
import { historyActor, historySentence } from '../../../shared/text/history.ts'
import { type Status, statusOf } from '../../../shared/text/status.ts'
import { useNow } from '../../data/clock.ts'
import { useConnection } from '../../data/connection-store.ts'
import { Button, Icon } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { groupByRun, type RunGroup } from './history-groups.ts'
import { type History, useHistory } from './use-history.ts'

/** What happened to a process, newest first, with who did it and why. */
export function HistoryView({ row }: { readonly row: ProcessRow }) {
  const { readAgain, readOlder, ...history } = useHistory(row)
  const connected = useConnection((state) => state.client.kind === 'connected')
  const entries = history.pages?.entries ?? []
  const timeline = useRef<HTMLElement>(null)
  return (
    <section
      ref={timeline}
      className={entries.some(({ at }) => !isSameDay(at, Date.now())) ? 'timeline days' : 'timeline'}
      aria-label={`History of ${displayName(row)}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reachable from the keyboard
      tabIndex={0}
      data-details
    >
      <Trouble history={history} onRetry={readAgain} />
      {history.pages === null && history.failure === null && connected && <p className="note">Reading the history</p>}
      {history.pages !== null && entries.length === 0 && <p className="note">Nothing has happened to it yet.</p>}
      {groupByRun(entries, history.pages?.hasOlder === false).map((group) => (
        <Run key={group.run} group={group} />
      ))}
      {history.pages?.hasOlder && (
        <Older busy={history.busy} onMore={readOlder} onLast={() => timeline.current?.focus({ preventScroll: true })} />
      )}
    </section>
  )
}

type OlderProps = { readonly busy: boolean; readonly onMore: () => void; readonly onLast: () => void }

/** Asks for older entries. With the last of them it goes, and the keyboard must not go with it. */
function Older({ busy, onMore, onLast }: OlderProps) {
  const button = useRef<HTMLButtonElement>(null)
  const last = useRef(onLast)
  last.current = onLast
  useLayoutEffect(() => {
    const shown = button.current
    return () => {
      if (document.activeElement === shown) last.current()
    }
  }, [])
  return (
    <Button ref={button} className="older" size="small" aria-disabled={busy} onClick={() => busy || onMore()}>
      {busy ? 'Reading older entries' : 'Show older'}
    </Button>
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

/** A run that ended is shown as that also where another one follows. */
function markOf(life: Life): Status {
  if (life.kind !== 'backoff') return statusOf(life)
  return endedWell(life.end) ? 'succeeded' : 'failed'
}

function EntryMark({ entry: { what } }: { readonly entry: HistoryEntry }) {
  switch (what.kind) {
    case 'life':
      return <Mark kind={markOf(what.life)} />
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
