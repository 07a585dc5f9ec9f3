import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  type Ref,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
} from 'react'
import type { ProcessRow, RunRow } from '../../../shared/domain/rows.ts'
import { type LogTimes, useView } from '../../data/view-store.ts'
import { useWindowWidth } from '../../ui/use-size.ts'
import { finderOf } from './highlight.ts'
import { lineTime } from './line-time.ts'
import { ArrivedBar, FailureBar, FindProblem, LogEmpty, LogSummary, LogTicks, SelectionSummary } from './log-extras.tsx'
import { sourceOf } from './log-files.ts'
import { betweenLines, LogItems } from './log-items.ts'
import { LogLine } from './log-line.tsx'
import type { LinePlace, LogReader, LogReaderState } from './log-reader.ts'
import { LogBetween } from './log-rule.tsx'
import { runRules } from './run-rules.ts'
import { useExpanded } from './use-expanded.ts'
import type { Find } from './use-find.ts'
import { type LineSelection, useLineSelection } from './use-line-selection.ts'
import { useLogScroll } from './use-log-scroll.ts'

// Heights as in styles/log.css.
const lineHeight = 18
const ruleHeight = 26
const gapHeight = 28
const phoneWidth = 600
const upKeys: ReadonlySet<string> = new Set(['ArrowUp', 'PageUp', 'Home'])

export type LogBodyHandle = {
  /** Scrolls to a line of the window. */
  showLine(place: LinePlace): void
  focus(): void
  readonly selection: LineSelection
}

type LogBodyProps = {
  readonly handle: Ref<LogBodyHandle>
  readonly reader: LogReader
  readonly state: LogReaderState
  readonly rows: readonly ProcessRow[]
  readonly title: string
  /** Names of the processes where several are shown. */
  readonly names: readonly string[] | null
  /** Runs of each process; undefined until they are known. */
  readonly runs: readonly (readonly RunRow[] | undefined)[]
  readonly following: boolean
  readonly onFollow: (following: boolean) => void
  /** Shows the oldest lines. */
  readonly onStart: () => void
  readonly onSave: () => void
  readonly find: Find
  /** Id of the line at which a failed run was opened. */
  readonly failingId: number | null
}

/** The lines in sight, and what floats over them. */
export function LogBody(props: LogBodyProps) {
  const { handle, reader, state, rows, title, names, runs, following, onFollow, onStart, onSave, find, failingId } =
    props
  const { lines } = reader
  const { logWrap, logTimes } = useLogLook()
  const scrolled = useRef<HTMLDivElement>(null)
  const items = useItems(reader, state, rows, runs)
  const scroll = useLogScroll({ scrolled, reader, following, onFollow })
  const virtual = useLogItems({ reader, items, scrolled, wrap: logWrap, following, keepEnd: scroll.keepEnd })
  const lineOfItem = (item: number) => (items.betweenAt(item) ? null : items.lineAt(item))
  const selection = useLineSelection({ reader, lineOfItem, names, onSave })
  const { expand, shownText } = useExpanded(reader)
  const finder = useMemo(() => finderOf(find), [find])
  const hit = find.hits[find.current]
  const showLine = useShowLine({ reader, items, scrollTo: (item) => virtual.scrollToIndex(item, { align: 'center' }) })
  useImperativeHandle(handle, () => ({ showLine, focus: () => scrolled.current?.focus(), selection }))

  const extend = (event: KeyboardEvent): boolean => {
    const by = event.shiftKey ? extendKeys[event.key] : undefined
    if (by === undefined) return false
    const first = virtual.getVirtualItems().find(({ end }) => end > (scrolled.current?.scrollTop ?? 0))
    const index = selection.extendBy(by, first ? Math.min(items.lineAt(first.index), lines.count - 1) : 0)
    onFollow(false)
    virtual.scrollToIndex(items.itemOfLine(index), { align: 'auto' })
    return true
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (extend(event)) {
      event.preventDefault()
      return
    }
    scroll.intend(upKeys.has(event.key))
    if (event.altKey && event.key.toLowerCase() === 'c') void selection.copy(true)
    else if ((event.ctrlKey || event.metaKey) && event.key === 'a') void selection.selectAll()
    else if (event.key === 'Home') onStart()
    else if (event.key === 'End') onFollow(true)
    else if (event.key === 'Escape' && selection.picked) selection.clear()
    else if (event.key === 'Escape') window.dispatchEvent(new CustomEvent('procession:focus-grid'))
    else return
    event.preventDefault()
  }

  // Runs have their rules also where they wrote nothing.
  const isEmpty = items.count === 0 || (lines.count === 0 && lines.gaps.length === 0 && !state.failure)
  const measure = logWrap ? virtual.measureElement : undefined
  const look = ['log', logWrap ? 'wrap' : '', names ? 'merged' : '', logTimes === 'off' ? 'no-times' : '']
  return (
    <div className="log-frame" data-part="log">
      <div
        ref={scrolled}
        className={look.filter(Boolean).join(' ')}
        style={names ? { ['--who' as string]: `${Math.min(mostNameCharacters, longestOf(names))}ch` } : undefined}
        role="log"
        aria-live="off"
        aria-label={title}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reachable from the keyboard
        tabIndex={0}
        onScroll={scroll.onScroll}
        onPointerDown={scroll.onPointerDown}
        onWheel={(event) => scroll.intend(event.deltaY < 0)}
        onClick={selection.onClick}
        onCopy={selection.onCopy}
        onKeyDown={onKeyDown}
      >
        <div className="log-space" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index: item, start, key }) => {
            const between = items.betweenAt(item)
            if (between) return <LogBetween key={key} {...{ item, start, measure, between, names }} />
            const index = items.lineAt(item)
            const line = lines.at(index)
            if (!line) return null
            const shown = shownText(line, index)
            const isHit = hit !== undefined && hit.file === line.file && hit.offset === line.offset
            return (
              <LogLine
                key={key}
                item={item}
                start={start}
                text={shown.text}
                more={shown.more}
                time={lineTime(line, logTimes, runs[line.source] ?? [])}
                dateTime={new Date(line.time).toISOString()}
                who={names && (names[line.source] ?? '')}
                source={line.source}
                stream={line.stream}
                state={isHit ? 'current-hit' : line.id === failingId ? 'first-failing' : 'usual'}
                picked={selection.isPicked(line)}
                finder={finder}
                measure={measure}
                onMore={shown.more === null ? null : () => void expand(line)}
              />
            )
          })}
        </div>
        {isEmpty && <LogEmpty state={state} rows={rows} onRetry={() => reader.retry()} />}
      </div>
      <LogTicks reader={reader} state={state} hits={find.hits} failingId={failingId} />
      {state.loading === 'older' && <span className="popup log-top muted">Loading older lines</span>}
      {find.problem && <FindProblem problem={find.problem} />}
      {state.failure && items.count > 0 && <FailureBar failure={state.failure} onRetry={() => reader.retry()} />}
      {!state.failure && !following && (state.unseen > 0 || !state.live) && (
        <ArrivedBar state={state} onShow={() => onFollow(true)} />
      )}
      <LogSummary arrived={state.arrived} />
      <SelectionSummary picked={selection.picked} />
    </div>
  )
}

// Longer names are cut; the whole one is in their tooltip.
const mostNameCharacters = 16
const longestOf = (names: readonly string[]): number => Math.max(...names.map(({ length }) => length))

const pageLines = 20
const extendKeys: Readonly<Record<string, number>> = {
  ArrowUp: -1,
  ArrowDown: 1,
  PageUp: -pageLines,
  PageDown: pageLines,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
}

function useItems(
  reader: LogReader,
  state: LogReaderState,
  rows: readonly ProcessRow[],
  runs: LogBodyProps['runs'],
): LogItems {
  const { lines, files } = reader
  const live = state.live && !state.held
  const stopped = rows.map(({ life }) => (life.kind === 'down' ? '1' : '0')).join('')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says that the lines changed
  return useMemo(() => {
    const rules = runs.flatMap((ofOne, source) => {
      const own = files.filter((file) => sourceOf(file) === source)
      const startOf = (file: number) => reader.startOf(file)
      return runRules(ofOne ?? [], { lines, files: own, startOf, live, stopped: stopped[source] === '1' })
    })
    return new LogItems(lines.count, betweenLines(lines, rules))
  }, [reader, lines, state.version, live, files, runs, stopped])
}

/** A phone has no room for times and cannot scroll sideways and down at once. */
function useLogLook(): { readonly logWrap: boolean; readonly logTimes: LogTimes } {
  const isPhone = useWindowWidth() <= phoneWidth
  const { logWrap, logTimes } = useView()
  return isPhone ? { logWrap: true, logTimes: 'off' } : { logWrap, logTimes }
}

type DrawnOptions = {
  readonly reader: LogReader
  readonly items: LogItems
  readonly scrolled: RefObject<HTMLDivElement | null>
  readonly wrap: boolean
  readonly following: boolean
  readonly keepEnd: () => void
}

/** Drawn items; while following the end stays in sight, otherwise what is read stays where it is. */
function useLogItems({ reader, items, scrolled, wrap, following, keepEnd }: DrawnOptions) {
  const { lines } = reader
  const heightOf = { rule: ruleHeight, gap: gapHeight } as const
  const virtual = useVirtualizer({
    count: items.count,
    getScrollElement: () => scrolled.current,
    estimateSize: (item) => {
      const between = items.betweenAt(item)
      return between ? heightOf[between.kind] : lineHeight
    },
    getItemKey: (item) => items.betweenAt(item)?.key ?? lines.firstId + items.lineAt(item),
    overscan: 12,
    paddingEnd: 12,
    anchorTo: following ? 'start' : 'end',
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: wrapping changes every height
  useLayoutEffect(() => virtual.measure(), [wrap, virtual])
  const total = virtual.getTotalSize()
  const keep = useRef(keepEnd)
  keep.current = keepEnd
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end moves with every change of the height
  useLayoutEffect(() => keep.current(), [following, total, items])
  return virtual
}

type ShowLineOptions = {
  readonly reader: LogReader
  readonly items: LogItems
  readonly scrollTo: (item: number) => void
}

/** Brings a line into sight as soon as the lines are drawn of which it is one. */
function useShowLine(options: ShowLineOptions): (place: LinePlace) => void {
  const wanted = useRef<LinePlace | null>(null)
  const latest = useRef(options)
  latest.current = options
  const [, look] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    const place = wanted.current
    if (place === null) return
    wanted.current = null
    requestAnimationFrame(() => {
      const { reader, items, scrollTo } = latest.current
      scrollTo(items.itemOfLine(reader.lines.indexFrom(place.file, place.offset)))
    })
  })
  return (place) => {
    wanted.current = place
    look()
  }
}
