import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { LogFindHit, LogStreams } from '../../../shared/contract/contract.ts'
import { mayBeRunning } from '../../../shared/domain/life.ts'
import { displayName, type ProcessDetail, type ProcessRow } from '../../../shared/domain/rows.ts'
import { statusOf } from '../../../shared/text/status.ts'
import { daemon } from '../../data/daemon.ts'
import { nextFrame } from '../../data/frames.ts'
import { useProcessDetail } from '../../data/process-detail.ts'
import { prefer, useView } from '../../data/view-store.ts'
import { LogBody, type LogBodyHandle } from './log-body.tsx'
import { LogReader } from './log-reader.ts'
import { LogToolbar } from './log-toolbar.tsx'
import { firstFailingLine } from './run-rules.ts'
import { saveLog } from './save-log.ts'
import { type FindMemory, noFind, useFind } from './use-find.ts'

// Where a failed run is opened: among its last lines before the exit.
const failureLines = 200

/** The log of one process: toolbar and lines. */
export function LogView({ row }: { readonly row: ProcessRow }) {
  const streams = useView((state) => state.logStreams)
  const detail = useProcessDetail(row.id)
  const memory = useRef(noFind())
  return <StreamsView key={`${row.id} ${streams}`} row={row} streams={streams} detail={detail} memory={memory} />
}

type StreamsViewProps = {
  readonly row: ProcessRow
  readonly streams: LogStreams
  readonly detail: ProcessDetail | undefined
  readonly memory: RefObject<FindMemory>
}

function StreamsView({ row, streams, detail, memory }: StreamsViewProps) {
  const reader = useReader(row, streams)
  const state = useSyncExternalStore(reader.subscribe, reader.state)
  const body = useRef<LogBodyHandle>(null)
  const [following, setFollowing] = useState(true)
  const [failing, setFailing] = useState<number | null>(null)

  const follow = (wanted: boolean) => {
    setFollowing(wanted)
    if (wanted) reader.toEnd()
    else reader.setReading(true)
  }
  const jumpTo = async (hit: LogFindHit) => {
    follow(false)
    if ((await reader.reach(hit)) === 'far') {
      prefer({ logStreams: hit.stream })
      return
    }
    body.current?.showLine(reader.lines.indexFrom(hit.stream, hit.offset))
  }
  const { find, update, step } = useFind({ id: row.id, streams, memory, moment: state.version, onJump: jumpTo })

  const lastRun = detail?.runs[0]
  const isFailed = statusOf(row.life) === 'failed'
  const opened = useRef(false)
  useEffect(() => {
    if (!state.complete || !lastRun || opened.current) return
    opened.current = true
    const line = isFailed ? firstFailingLine(reader.lines, lastRun, failureLines) : null
    if (line === null) return
    setFailing(reader.lines.at(line)?.id ?? null)
    setFollowing(false)
    reader.setReading(true)
    body.current?.showLine(line)
  }, [state.complete, lastRun, isFailed, reader])

  return (
    <div className="panel">
      <LogToolbar
        find={find}
        onFind={update}
        onStep={step}
        following={following}
        onFollow={follow}
        onCopy={() => body.current?.copy(false)}
        onSave={() => void saveLog(row.id, displayName(row), streams)}
        onLeaveFind={() => body.current?.focus()}
      />
      <LogBody
        handle={body}
        reader={reader}
        state={state}
        row={row}
        runs={detail?.runs ?? []}
        streams={streams}
        following={following}
        onFollow={follow}
        find={find}
        failingId={failing}
      />
    </div>
  )
}

/** One reader per process and choice of streams, open as long as the view. */
function useReader(row: ProcessRow, streams: LogStreams): LogReader {
  const [reader] = useState(() => new LogReader({ client: daemon(), id: row.id, streams, drawn: nextFrame }))
  const alive = mayBeRunning(row.life)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whether it lives matters only when it opens
  useEffect(() => {
    reader.open(alive)
    return () => reader.close()
  }, [reader])
  useEffect(() => {
    if (alive) reader.followOn()
  }, [alive, reader])
  return reader
}
