import { useEffect, useRef, useState } from 'react'
import type { LogFindHit } from '../../../shared/contract/contract.ts'
import { mayBeRunning } from '../../../shared/domain/life.ts'
import type { ProcessRow } from '../../../shared/domain/rows.ts'
import { isAttached } from '../../../shared/text/attached.ts'
import { formatAgo } from '../../../shared/text/durations.ts'
import { linesArrived } from '../../../shared/text/messages.ts'
import { countOf } from '../../../shared/text/numbers.ts'
import { useTimed } from '../../data/clock.ts'
import { Button } from '../../ui/button.tsx'
import type { LogReader, LogReaderState } from './log-reader.ts'

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

// A file on disk answers sooner; until then nothing is said about it.
const openingMs = 400

export function LogEmpty({ state, row }: { readonly state: LogReaderState; readonly row: ProcessRow }) {
  const [waited, setWaited] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setWaited(true), openingMs)
    return () => clearTimeout(timer)
  }, [])
  const sentence = useTimed((now) => emptySentence(row, now))
  if (state.failure) {
    return (
      <p className="log-note" role="alert">
        {state.failure.message} {state.failure.hint}
      </p>
    )
  }
  return state.phase === 'open' || waited ? <p className="log-note">{sentence}</p> : null
}

function emptySentence(row: ProcessRow, now: number): string {
  if (isAttached(row)) return 'Its output goes where it was started. After its next start it comes here.'
  if (row.startedAt === null) return 'No output yet. Not started.'
  const started = `Started ${formatAgo(row.startedAt, now)}.`
  return mayBeRunning(row.life) ? `No output yet. ${started}` : `It wrote nothing. ${started}`
}

const summaryMs = 5000

/** Tells those who listen what came, at most every five seconds. */
export function LogSummary({ version, count }: { readonly version: number; readonly count: number }) {
  const [text, setText] = useState('')
  const told = useRef(count)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const latest = useRef(count)
  latest.current = count
  // biome-ignore lint/correctness/useExhaustiveDependencies: each version may have brought lines
  useEffect(() => {
    if (timer.current !== undefined) return
    timer.current = setTimeout(() => {
      timer.current = undefined
      const added = latest.current - told.current
      told.current = latest.current
      setText(added > 0 ? `${countOf(added, 'new line', 'new lines')} of output` : '')
    }, summaryMs)
  }, [version])
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <p className="sr" aria-live="polite">
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
  readonly hits: readonly LogFindHit[]
  readonly current: number
  readonly failingId: number | null
}) {
  const { lines } = props.reader
  const count = Math.max(1, lines.count)
  const ticks = props.hits.slice(-mostTicks).flatMap((hit) => {
    const start = lines.start(hit.stream)
    const index = start !== null && hit.offset >= start ? lines.indexFrom(hit.stream, hit.offset) : lines.count
    return index < lines.count ? [{ key: `${hit.stream}${hit.offset}`, share: index / count }] : []
  })
  return (
    <div className="ticks" aria-hidden="true">
      {ticks.map(({ key, share }) => (
        <i key={key} style={{ top: `${share * 100}%` }} />
      ))}
      {props.failingId !== null && (
        <i className="e" style={{ top: `${((props.failingId - lines.firstId) / count) * 100}%` }} />
      )}
    </div>
  )
}
