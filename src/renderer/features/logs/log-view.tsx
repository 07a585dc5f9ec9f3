import { type RefObject, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { LogStreams } from '../../../shared/contract/contract.ts'
import { mayBeRunning } from '../../../shared/domain/life.ts'
import { success } from '../../../shared/domain/result.ts'
import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import { statusOf } from '../../../shared/text/status.ts'
import { daemon } from '../../data/daemon.ts'
import { desktopLink } from '../../data/desktop-link.ts'
import { closeDialog, openDialog, useDialog } from '../../data/dialog-store.ts'
import { nextFrame } from '../../data/frames.ts'
import { useRows } from '../../data/rows-store.ts'
import { useView } from '../../data/view-store.ts'
import { notify } from '../../ui/toasts.tsx'
import { LogBody, type LogBodyHandle } from './log-body.tsx'
import { StaleHosts } from './log-extras.tsx'
import { LogReader } from './log-reader.ts'
import { LogToolbar } from './log-toolbar.tsx'
import { firstFailingLine } from './run-rules.ts'
import { SaveDialog } from './save-dialog.tsx'
import type { FindHit } from './search.ts'
import { TimeDialog } from './time-dialog.tsx'
import { type FindMemory, noFind, useFind } from './use-find.ts'
import { useRuns } from './use-runs.ts'

// Where a failed run is opened: among its last lines before the exit.
const failureLines = 200

/** The log of one process: toolbar and lines. */
export function LogView({ row }: { readonly row: ProcessRow }) {
  const rows = useMemo(() => [row], [row])
  return <Logs rows={rows} title={`Output of ${displayName(row)}`} />
}

/** As many as the daemon merges at once. */
const mostMerged = 64

/** The logs of several processes as one, in the order of time; each line says whose it is. */
export function MergedLogView({ ids, title }: { readonly ids: readonly string[]; readonly title: string }) {
  const processes = useRows((state) => state.processes)
  const rows = useMemo(() => ids.slice(0, mostMerged).flatMap((id) => processes.get(id) ?? []), [ids, processes])
  if (rows.length === 0) return null
  return (
    <>
      {ids.length > mostMerged && (
        <p className="log-stale" role="status">
          The first {mostMerged} of {ids.length} processes are shown.
        </p>
      )}
      <Logs rows={rows} title={title} />
    </>
  )
}

function Logs({ rows, title }: { readonly rows: readonly ProcessRow[]; readonly title: string }) {
  const streams = useView((state) => state.logStreams)
  const memory = useRef(noFind())
  const key = `${rows.map(({ id }) => id).join(' ')} ${streams}`
  return (
    <>
      <StaleHosts rows={rows} />
      <StreamsView key={key} rows={rows} title={title} streams={streams} memory={memory} />
    </>
  )
}

type StreamsViewProps = {
  readonly rows: readonly ProcessRow[]
  readonly title: string
  readonly streams: LogStreams
  readonly memory: RefObject<FindMemory>
}

function StreamsView({ rows, title, streams, memory }: StreamsViewProps) {
  const reader = useReader(rows, streams)
  const { ids } = reader.source
  const state = useSyncExternalStore(reader.subscribe, reader.state)
  const body = useRef<LogBodyHandle>(null)
  const [following, setFollowing] = useState(true)
  const names = useNames(rows)
  const runs = useRuns(rows)

  const follow = (wanted: boolean) => {
    setFollowing(wanted)
    if (wanted) reader.toEnd()
    else reader.setReading(true)
  }
  const failingId = useFailure({ reader, rows, runs, isComplete: state.complete, onFound: (index) => showIndex(index) })
  const showIndex = (index: number) => {
    const line = reader.lines.at(index)
    if (!line) {
      follow(true)
      return
    }
    setFollowing(false)
    reader.setReading(true)
    body.current?.showLine(line)
  }
  const toStart = async () => {
    follow(false)
    const reached = await reader.toStart()
    if (!reached.ok) notify('failed', 'The oldest lines could not be shown', reached.message)
    else if (reader.lines.count > 0) showIndex(0)
  }
  const jumpTo = async (hit: FindHit) => {
    follow(false)
    const reached = await reader.reach(hit)
    if (reached.ok) body.current?.showLine(hit)
    else if (reached.code !== 'cancelled') notify('failed', 'The match could not be shown', reached.message)
  }
  const goTo = async (at: number) => {
    const index = await reader.reachTime(at)
    if (!index.ok) return index
    showIndex(index.value)
    return success(undefined)
  }
  const { find, update, step, cancel } = useFind({ ids, streams, memory, moment: state.arrived, onJump: jumpTo })
  const save = () => openDialog({ kind: 'log-save' })
  const selection = () => body.current?.selection

  return (
    <div className="panel">
      <LogToolbar
        find={find}
        onFind={update}
        onStep={step}
        onCancelFind={cancel}
        following={following}
        onFollow={follow}
        onCopy={(withColours) => void selection()?.copy(withColours)}
        onSelectAll={() => void selection()?.selectAll()}
        onSave={save}
        onGoTo={() => openDialog({ kind: 'log-time' })}
        onOpenFolder={() => openFolder(rows)}
        onLeaveFind={() => body.current?.focus()}
      />
      <LogBody
        handle={body}
        reader={reader}
        state={state}
        rows={rows}
        title={title}
        names={names}
        runs={runs}
        following={following}
        onFollow={follow}
        onStart={() => void toStart()}
        onSave={save}
        find={find}
        failingId={failingId}
      />
      <LogDialogs
        time={<TimeDialog onGo={goTo} />}
        save={() => (
          <SaveDialog
            ids={ids}
            names={names}
            title={rows.length === 1 ? rows.map(displayName).join('') : 'processes'}
            streams={streams}
            picked={selection()?.picked ?? null}
          />
        )}
      />
    </div>
  )
}

/** The log files lie in the folder of the session. */
function openFolder([row]: readonly ProcessRow[]): void {
  if (row) desktopLink()?.post({ kind: 'open-folder', sessionId: row.sessionId })
}

/** The dialogs of the log that is shown; with it they go. */
function LogDialogs({ time, save }: { readonly time: React.ReactNode; readonly save: () => React.ReactNode }) {
  const kind = useDialog((state) => state.open?.kind)
  useEffect(
    () => () => {
      const open = useDialog.getState().open?.kind
      if (open === 'log-time' || open === 'log-save') closeDialog()
    },
    [],
  )
  if (kind === 'log-time') return time
  return kind === 'log-save' ? save() : null
}

/** Names in the order of the rows where there are several. */
function useNames(rows: readonly ProcessRow[]): readonly string[] | null {
  const joined = rows.length < 2 ? null : rows.map(displayName).join('\n')
  return useMemo(() => joined?.split('\n') ?? null, [joined])
}

type FailureOptions = {
  readonly reader: LogReader
  readonly rows: readonly ProcessRow[]
  readonly runs: ReturnType<typeof useRuns>
  readonly isComplete: boolean
  readonly onFound: (index: number) => void
}

/** Opens a failed process at what went wrong, once. Gives the id of that line. */
function useFailure({ reader, rows, runs, isComplete, onFound }: FailureOptions): number | null {
  const [failingId, setFailingId] = useState<number | null>(null)
  const opened = useRef(false)
  const [row, another] = rows
  const isFailed = row !== undefined && another === undefined && statusOf(row.life) === 'failed'
  const lastRun = runs[0]?.[0]
  const found = useRef(onFound)
  found.current = onFound
  useEffect(() => {
    if (!isComplete || !lastRun || opened.current) return
    opened.current = true
    const index = isFailed ? firstFailingLine(reader.lines, lastRun, failureLines) : null
    if (index === null) return
    setFailingId(reader.lines.at(index)?.id ?? null)
    found.current(index)
  }, [isComplete, lastRun, isFailed, reader])
  return failingId
}

/** One reader per choice of processes and streams, open as long as the view. */
function useReader(rows: readonly ProcessRow[], streams: LogStreams): LogReader {
  const [reader] = useState(
    () => new LogReader({ client: daemon(), ids: rows.map(({ id }) => id), streams, drawn: nextFrame }),
  )
  const alive = rows.some(({ life }) => mayBeRunning(life))
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
