import { useEffect, useRef, useState } from 'react'
import { mayBeRunning } from '../../../shared/domain/life.ts'
import type { Failure } from '../../../shared/domain/result.ts'
import type { ProcessRow } from '../../../shared/domain/rows.ts'
import { isAttached } from '../../../shared/text/attached.ts'
import { formatBytes } from '../../../shared/text/bytes.ts'
import { formatAgo } from '../../../shared/text/durations.ts'
import { linesArrived } from '../../../shared/text/messages.ts'
import { countOf } from '../../../shared/text/numbers.ts'
import { useTimed } from '../../data/clock.ts'
import { useRows } from '../../data/rows-store.ts'
import { Button } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import type { LogReader, LogReaderState } from './log-reader.ts'
import { type Picked, pickedBytes } from './picked.ts'
import type { FindHit } from './search.ts'
import { staleSentence } from './stale.ts'
import { problemWords } from './use-find.ts'

/** What came while somebody was reading further up. */
export function ArrivedBar({ state, onShow }: { readonly state: LogReaderState; readonly onShow: () => void }) {
  const text = state.live ? linesArrived(state.unseen, state.held) : 'You are reading older lines'
  return (
    <div className="popup arrived">
      <span>{text}</span>
      <Button look="quiet" size="small" className="link" onClick={onShow}>
        {state.live ? 'Show them' : 'Show the newest'}
      </Button>
    </div>
  )
}

type Retry = { readonly failure: Failure; readonly onRetry: () => void }

/** Lines are there, but no more can be read. */
export function FailureBar({ failure, onRetry }: Retry) {
  return (
    <div className="popup arrived" role="alert">
      <Mark kind="failed" />
      <span className="cut" title={failure.message}>
        The log could not be read on. {failure.message}
      </span>
      <Button look="quiet" size="small" className="link" onClick={onRetry}>
        Try again
      </Button>
    </div>
  )
}

/** Why what was looked for is not found. */
export const FindProblem = ({ problem }: { readonly problem: Failure }) => (
  <p className="popup log-problem" role="alert">
    <Mark kind="failed" />
    <span>{problemWords(problem)}</span>
  </p>
)

/** Machines of living processes that cannot be reached now: their logs may have grown unseen. */
export function StaleHosts({ rows }: { readonly rows: readonly ProcessRow[] }) {
  const hosts = useRows((state) => state.hosts)
  const names = [...new Set(rows.filter(({ life }) => mayBeRunning(life)).map(({ host }) => host))]
  const text = useTimed((now) =>
    names
      .flatMap((name) => {
        const host = hosts.get(name)
        return (host && staleSentence(host, now)) ?? []
      })
      .join(' '),
  )
  if (text === '') return null
  return (
    <p className="log-stale" role="status">
      <Mark kind="unknown" />
      <span>{text}</span>
    </p>
  )
}

// A file on disk answers sooner; until then nothing is said about it.
const openingMs = 400

export function LogEmpty(props: {
  readonly state: LogReaderState
  readonly rows: readonly ProcessRow[]
  readonly onRetry: () => void
}) {
  const { state, rows, onRetry } = props
  const [waited, setWaited] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setWaited(true), openingMs)
    return () => clearTimeout(timer)
  }, [])
  const sentence = useTimed((now) => emptySentence(rows, now))
  if (state.failure) {
    return (
      <div className="log-note" role="alert">
        <p>
          The log could not be read. {state.failure.message} {state.failure.hint}
        </p>
        <Button size="small" onClick={onRetry}>
          Try again
        </Button>
      </div>
    )
  }
  if (state.phase === 'open') return <p className="log-note">{sentence}</p>
  return waited ? <p className="log-note">Reading the log</p> : null
}

function emptySentence(rows: readonly ProcessRow[], now: number): string {
  const [row, another] = rows
  if (another) return 'None of them has written anything yet.'
  if (!row) return 'No output yet.'
  if (isAttached(row)) return 'Its output goes where it was started. After its next start it comes here.'
  if (row.startedAt === null) return 'No output yet. Not started.'
  const started = `Started ${formatAgo(row.startedAt, now)}.`
  return mayBeRunning(row.life) ? `No output yet. ${started}` : `It wrote nothing. ${started}`
}

const summaryMs = 5000

/** Tells those who listen what came, at most every five seconds. `arrived` counts every line that ever came. */
export function LogSummary({ arrived }: { readonly arrived: number }) {
  const [text, setText] = useState('')
  const told = useRef(arrived)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const latest = useRef(arrived)
  latest.current = arrived
  useEffect(() => {
    if (timer.current !== undefined || told.current === arrived) return
    timer.current = setTimeout(() => {
      timer.current = undefined
      const added = latest.current - told.current
      told.current = latest.current
      setText(added > 0 ? `${countOf(added, 'new line', 'new lines')} of output` : '')
    }, summaryMs)
  }, [arrived])
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <p className="sr" aria-live="polite">
      {text}
    </p>
  )
}

/** Tells those who listen how much is selected. */
export function SelectionSummary({ picked }: { readonly picked: Picked | null }) {
  const size = picked === null ? '' : formatBytes(pickedBytes(picked))
  const text =
    picked === null ? '' : picked.anchor === null ? `All lines selected, ${size}` : `${size} of lines selected`
  return (
    <p className="sr" role="status">
      {text}
    </p>
  )
}

// More ticks than the strip has room for tell nothing.
const mostTicks = 200

/** Where in the window hits and the failing line are. */
export function LogTicks(props: {
  readonly reader: LogReader
  readonly state: LogReaderState
  readonly hits: readonly FindHit[]
  readonly failingId: number | null
}) {
  const { lines } = props.reader
  const count = Math.max(1, lines.count)
  const ticks = props.hits.slice(-mostTicks).flatMap(({ file, offset }) => {
    const start = lines.start(file)
    const index = start !== null && offset >= start ? lines.indexFrom(file, offset) : lines.count
    return index < lines.count ? [{ key: `${file} ${offset}`, share: index / count }] : []
  })
  const failing = props.failingId === null ? -1 : props.failingId - lines.firstId
  return (
    <div className="ticks" aria-hidden="true">
      {ticks.map(({ key, share }) => (
        <i key={key} style={{ top: `${share * 100}%` }} />
      ))}
      {failing >= 0 && failing < count && <i className="e" style={{ top: `${(failing / count) * 100}%` }} />}
    </div>
  )
}
