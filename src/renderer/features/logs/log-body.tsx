import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { LogStreams } from '../../../shared/contract/contract.ts'
import { displayName, type ProcessRow, type RunRow } from '../../../shared/domain/rows.ts'
import { type LogTimes, useView } from '../../data/view-store.ts'
import { useWindowWidth } from '../../ui/use-size.ts'
import { finderOf } from './highlight.ts'
import { lineTime } from './line-time.ts'
import { ArrivedBar, LogEmpty, LogSummary, LogTicks } from './log-extras.tsx'
import { LogLine, shownCharacters } from './log-line.tsx'
import type { LogReader, LogReaderState } from './log-reader.ts'
import { LogRule } from './log-rule.tsx'
import { LogItems, runRules } from './run-rules.ts'
import type { Find } from './use-find.ts'
import { useLineSelection } from './use-line-selection.ts'

// Heights as in styles/log.css.
const lineHeight = 18
const ruleHeight = 26
const phoneWidth = 600
// Nearer than this to the end is at the end; nearer than this to the start asks for older lines.
const endPx = 4
const startPx = 400
const upKeys: ReadonlySet<string> = new Set(['ArrowUp', 'PageUp', 'Home'])
// UTF-8 needs at most four bytes per character; one more character tells that the line goes on.
const shownBytes = 4 * (shownCharacters + 1)

export type LogBodyHandle = {
  /** Scrolls to the line with this index in the window. */
  showLine(index: number): void
  copy(withColours: boolean): void
  focus(): void
}

type LogBodyProps = {
  readonly handle: Ref<LogBodyHandle>
  readonly reader: LogReader
  readonly state: LogReaderState
  readonly row: ProcessRow
  readonly runs: readonly RunRow[]
  readonly streams: LogStreams
  readonly following: boolean
  readonly onFollow: (following: boolean) => void
  readonly find: Find
  /** Id of the line at which a failed run was opened. */
  readonly failingId: number | null
}

/** The lines in sight, and what floats over them. */
export function LogBody(props: LogBodyProps) {
  const { handle, reader, state, row, runs, streams, following, onFollow, find, failingId } = props
  const { lines } = reader
  const { logWrap, logTimes } = useLogLook()
  const scrolled = useRef<HTMLDivElement>(null)
  const stopped = row.life.kind === 'down'
  const [expanded, setExpanded] = useState<ReadonlySet<number>>(new Set())
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says that the lines changed
  const items = useMemo(
    () =>
      new LogItems(
        lines.count,
        runRules(runs, {
          lines,
          streams: streams === 'both' ? ['out', 'err'] : [streams],
          live: state.live && !state.held,
          stopped,
        }),
      ),
    [lines, state.version, state.live, state.held, runs, streams, stopped],
  )
  const virtual = useLogItems(reader, items, scrolled, logWrap, following)
  const selection = useLineSelection(
    () => reader.lines,
    (item) => (items.isRule(item) ? null : items.lineAt(item)),
  )
  const finder = useMemo(() => finderOf(find), [find])
  const hit = find.hits[find.current]
  const scroll = useScroll({ scrolled, reader, following, onFollow })

  useImperativeHandle(handle, () => ({
    showLine: (index) =>
      requestAnimationFrame(() => virtual.scrollToIndex(items.itemOfLine(index), { align: 'center' })),
    copy: selection.copy,
    focus: () => scrolled.current?.focus(),
  }))

  const onKeyDown = (event: KeyboardEvent) => {
    scroll.intend(upKeys.has(event.key))
    if (event.altKey && event.key.toLowerCase() === 'c') selection.copy(true)
    else if ((event.ctrlKey || event.metaKey) && event.key === 'a') selection.selectAll()
    else if (event.key === 'Escape' && selection.any) selection.clear()
    else if (event.key === 'Escape') window.dispatchEvent(new CustomEvent('procession:focus-grid'))
    else return
    event.preventDefault()
  }

  const measure = logWrap ? virtual.measureElement : undefined
  return (
    <div className="log-frame" data-part="log">
      <div
        ref={scrolled}
        className={logWrap ? 'log wrap' : 'log'}
        role="log"
        aria-live="off"
        aria-label={`Output of ${displayName(row)}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reachable from the keyboard
        tabIndex={0}
        onScroll={scroll.onScroll}
        onWheel={(event) => scroll.intend(event.deltaY < 0)}
        onClick={selection.onClick}
        onCopy={selection.onCopy}
        onKeyDown={onKeyDown}
      >
        <div className="log-space" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index: item, start, key }) => {
            const rule = items.ruleAt(item)
            if (rule) return <LogRule key={rule.key} item={item} start={start} rule={rule} measure={measure} />
            const index = items.lineAt(item)
            const line = lines.at(index)
            if (!line) return null
            const isWhole = expanded.has(line.id)
            const text = lines.text(index, isWhole ? undefined : shownBytes)
            const isCut = !isWhole && text.length > shownCharacters
            const isHit = hit !== undefined && hit.stream === line.stream && hit.offset === line.offset
            return (
              <LogLine
                key={key}
                item={item}
                start={start}
                text={isCut ? text.slice(0, shownCharacters) : text}
                time={lineTime(line, logTimes, runs)}
                dateTime={new Date(line.time).toISOString()}
                stream={line.stream}
                state={isHit ? 'current-hit' : line.id === failingId ? 'first-failing' : 'usual'}
                picked={selection.isPicked(line.id)}
                finder={finder}
                measure={measure}
                onExpand={isCut ? () => setExpanded((before) => new Set([...before, line.id])) : null}
              />
            )
          })}
        </div>
        {lines.count === 0 && <LogEmpty state={state} row={row} />}
      </div>
      <LogTicks reader={reader} state={state} hits={find.hits} current={find.current} failingId={failingId} />
      {state.loadingOlder && <span className="popup log-top muted">Loading older lines</span>}
      {!following && (state.unseen > 0 || !state.live) && <ArrivedBar state={state} onShow={() => onFollow(true)} />}
      <LogSummary version={state.version} count={lines.firstId + lines.count} />
    </div>
  )
}

/** A phone has no room for times and cannot scroll sideways and down at once. */
function useLogLook(): { readonly logWrap: boolean; readonly logTimes: LogTimes } {
  const isPhone = useWindowWidth() <= phoneWidth
  const { logWrap, logTimes } = useView()
  return isPhone ? { logWrap: true, logTimes: 'off' } : { logWrap, logTimes }
}

/** Drawn items; while following the end stays in sight, otherwise what is read stays where it is. */
function useLogItems(
  reader: LogReader,
  items: LogItems,
  scrolled: { readonly current: HTMLDivElement | null },
  wrap: boolean,
  following: boolean,
) {
  const { lines } = reader
  const virtual = useVirtualizer({
    count: items.count,
    getScrollElement: () => scrolled.current,
    estimateSize: (item) => (items.isRule(item) ? ruleHeight : lineHeight),
    getItemKey: (item) => (items.isRule(item) ? (items.ruleAt(item)?.key ?? item) : lines.firstId + items.lineAt(item)),
    overscan: 12,
    paddingEnd: 12,
    anchorTo: following ? 'start' : 'end',
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: wrapping changes every height
  useLayoutEffect(() => virtual.measure(), [wrap, virtual])
  const total = virtual.getTotalSize()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end moves with every change of the height
  useLayoutEffect(() => {
    const element = scrolled.current
    if (following && element) element.scrollTop = element.scrollHeight
  }, [following, total, items, scrolled])
  return virtual
}

type ScrollOptions = Pick<LogBodyProps, 'reader' | 'following' | 'onFollow'> & {
  readonly scrolled: { readonly current: HTMLDivElement | null }
}

/** Scrolling up stops following, scrolling to the end follows again, and near the start older lines are read. */
function useScroll({ scrolled, reader, following, onFollow }: ScrollOptions) {
  const last = useRef({ top: 0, height: 0 })
  // In a flood the end is scrolled to again before a step up is seen, so the wish to go up counts as much.
  const leaving = useRef(false)
  const intend = (up: boolean) => {
    leaving.current = up && (scrolled.current?.scrollTop ?? 0) > 0
    if (leaving.current && following) onFollow(false)
  }
  // The pointer or the keyboard scrolls up; content that grows or shrinks only moves the end.
  const onScroll = () => {
    const element = scrolled.current
    if (!element) return
    const { scrollTop: top, scrollHeight: height, clientHeight } = element
    const distance = height - clientHeight - top
    const movedUp = top < last.current.top && height >= last.current.height
    last.current = { top, height }
    if (movedUp) leaving.current = false
    if (following && movedUp && distance > endPx) onFollow(false)
    else if (!following && distance <= endPx && reader.state().live && !movedUp && !leaving.current) onFollow(true)
    if (top < startPx && !following) void reader.loadOlder()
  }
  useEffect(() => {
    if (!following && (scrolled.current?.scrollTop ?? 0) < startPx) void reader.loadOlder()
  }, [following, reader, scrolled])
  return { onScroll, intend }
}
