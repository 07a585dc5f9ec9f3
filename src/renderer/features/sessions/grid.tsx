import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { type MouseEvent, type RefObject, useCallback, useEffect, useMemo, useRef } from 'react'
import { useAppearance } from '../../data/appearance-store.ts'
import { type Column, gridTemplate, visibleColumns } from '../../data/columns.ts'
import { useCommandHandlers } from '../../data/commands.ts'
import { useRows } from '../../data/rows-store.ts'
import { withoutGone } from '../../data/selection.ts'
import { useSelection } from '../../data/selection-store.ts'
import { toggleGroup, useView } from '../../data/view-store.ts'
import { useElementSize, useWindowWidth } from '../../ui/use-size.ts'
import { GridHead } from './grid-head.tsx'
import { GroupLine } from './group-line.tsx'
import type { GridLine } from './order.ts'
import { ProcessLine } from './process-line.tsx'
import { RowMenu } from './row-menu.tsx'
import { gridKeyHandler, selectEveryLine, selectLine } from './use-grid-keys.ts'

// Heights of lines in CSS pixels, as styles/tokens.css and narrow.css have them.
const densityHeight = { compact: 24, normal: 28, comfortable: 36 } as const
const phoneWidth = 600
const phoneHeight = { row: 52, group: 32 } as const
// Lines drawn beyond both edges, so that a fast wheel meets no white.
const overscan = 8

/** All rows that match, in groups or flat: a grid with one tab stop, drawn only where it is in sight. */
export function Grid({ lines }: { readonly lines: readonly GridLine[] }) {
  const windowWidth = useWindowWidth()
  const choice = useView((state) => state.columns)
  const grouped = useView((state) => state.groupBy !== 'none')
  const table = useRef<HTMLDivElement>(null)
  const { width } = useElementSize(table)
  const columns = useMemo(() => visibleColumns(choice, width), [choice, width])
  const template = useMemo(() => gridTemplate(columns, choice), [columns, choice])
  const scrolled = useRef<HTMLDivElement>(null)
  const cursorIndex = useCursorIndex(lines)
  const virtual = useLines(lines, scrolled, windowWidth < phoneWidth, cursorIndex)
  const focusLine = useFocusLine(lines, scrolled, virtual.scrollToIndex)
  useKeepInSight(scrolled, cursorIndex, virtual.scrollToIndex)
  useCommandHandlers({ 'edit.selectAll': () => selectEveryLine(lines) })

  useEffect(() => {
    const focusCursor = () => focusLine(cursorIndex)
    window.addEventListener('procession:focus-grid', focusCursor)
    return () => window.removeEventListener('procession:focus-grid', focusCursor)
  }, [cursorIndex, focusLine])

  const onKeyDown = gridKeyHandler({
    lines,
    cursorIndex,
    page: Math.max(1, Math.floor((scrolled.current?.clientHeight ?? 0) / densityHeight.normal) - 1),
    focusLine,
    onOpen: openDetails,
  })
  const body = (
    <div
      className="table-body"
      ref={scrolled}
      role="rowgroup"
      onKeyDown={onKeyDown}
      onClick={(event) => onClick(event, lines)}
      onDoubleClick={(event) => lineAt(event, lines)?.line.kind === 'row' && openDetails()}
      onContextMenuCapture={(event) => onContextMenu(event, lines)}
    />
  )
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles that it can have support them
    <div
      ref={table}
      className="table"
      role={grouped ? 'treegrid' : 'grid'}
      aria-label="Sessions"
      aria-rowcount={lines.length + 1}
      aria-multiselectable="true"
      data-part="grid"
    >
      <GridHead columns={columns} template={template} />
      <RowMenu trigger={body}>
        <div
          className="table-space"
          role="none"
          style={{ height: virtual.height, ['--cols' as string]: windowWidth < phoneWidth ? undefined : template }}
        >
          {virtual.items.map((item) => (
            <Line
              key={item.key}
              item={item}
              line={lines[item.index]}
              columns={columns}
              grouped={grouped}
              hasCursor={item.index === cursorIndex}
            />
          ))}
        </div>
      </RowMenu>
    </div>
  )
}

type LineProps = {
  readonly item: VirtualItem
  readonly line: GridLine | undefined
  readonly columns: readonly Column[]
  readonly grouped: boolean
  readonly hasCursor: boolean
}

function Line({ item, line, columns, grouped, hasCursor }: LineProps) {
  const place = { index: item.index, start: item.start, height: item.size, columns, hasCursor }
  if (!line) return null
  return line.kind === 'group' ? (
    <GroupLine {...place} group={line.group} expanded={line.expanded} />
  ) : (
    <ProcessLine {...place} id={line.id} level={line.level} grouped={grouped} />
  )
}

/** Where the keyboard is; the first line until it has been anywhere. */
function useCursorIndex(lines: readonly GridLine[]): number {
  const cursor = useSelection((state) => state.cursor)
  const structure = useRows((state) => state.structure)
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows may have gone with every change of structure
  useEffect(() => {
    const { processes } = useRows.getState()
    useSelection.setState((before) => withoutGone(before, (id) => processes.has(id)))
  }, [structure])
  return useMemo(
    () =>
      Math.max(
        0,
        lines.findIndex(({ key }) => key === cursor),
      ),
    [lines, cursor],
  )
}

function useLines(
  lines: readonly GridLine[],
  scrolled: { readonly current: HTMLDivElement | null },
  phone: boolean,
  cursorIndex: number,
) {
  const density = useAppearance((state) => state.density)
  const heightOf = (index: number) => {
    const kind = lines[index]?.kind ?? 'row'
    return phone ? phoneHeight[kind] : densityHeight[density]
  }
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scrolled.current,
    estimateSize: heightOf,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan,
    // The line with the cursor is always drawn, or the grid would lose its tab stop.
    rangeExtractor: ({ startIndex, endIndex, count }) => {
      const from = Math.max(0, startIndex - overscan)
      const to = Math.min(count - 1, endIndex + overscan)
      const drawn = Array.from({ length: to - from + 1 }, (_, index) => from + index)
      return cursorIndex < from ? [cursorIndex, ...drawn] : cursorIndex > to ? [...drawn, cursorIndex] : drawn
    },
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights changed, measure again
  useEffect(() => virtualizer.measure(), [density, phone, virtualizer])
  return {
    items: virtualizer.getVirtualItems(),
    height: virtualizer.getTotalSize(),
    scrollToIndex: useCallback((index: number) => virtualizer.scrollToIndex(index), [virtualizer]),
  }
}

/** When the details take room away from the grid, the line with the cursor stays in sight. */
function useKeepInSight(
  scrolled: RefObject<HTMLDivElement | null>,
  cursorIndex: number,
  scrollToIndex: (index: number) => void,
): void {
  const { height } = useElementSize(scrolled)
  const before = useRef(height)
  useEffect(() => {
    const isSmaller = height < before.current
    before.current = height
    if (isSmaller && useSelection.getState().cursor !== null) scrollToIndex(cursorIndex)
  }, [height, cursorIndex, scrollToIndex])
}

/** Moves the keyboard to a line: scrolls there, and focuses it as soon as it is drawn. */
function useFocusLine(
  lines: readonly GridLine[],
  scrolled: { readonly current: HTMLDivElement | null },
  scrollToIndex: (index: number) => void,
) {
  const wanted = useRef<string | null>(null)
  const focusWanted = useCallback(() => {
    if (wanted.current === null) return
    const element = scrolled.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(wanted.current)}"]`)
    if (!element) return
    wanted.current = null
    element.focus({ preventScroll: true })
  }, [scrolled])
  useEffect(focusWanted)
  return useCallback(
    (index: number) => {
      const key = lines[index]?.key
      if (key === undefined) return
      wanted.current = key
      scrollToIndex(index)
      useSelection.setState((before) => ({ ...before, cursor: key }))
      focusWanted()
    },
    [lines, scrollToIndex, focusWanted],
  )
}

function lineAt(event: MouseEvent, lines: readonly GridLine[]): { line: GridLine; index: number } | null {
  const element = event.target instanceof Element ? event.target.closest('[data-key]') : null
  const key = element instanceof HTMLElement ? element.dataset.key : undefined
  const index = lines.findIndex((line) => line.key === key)
  const line = lines[index]
  return line ? { line, index } : null
}

function onClick(event: MouseEvent, lines: readonly GridLine[]): void {
  const at = lineAt(event, lines)
  if (!at) return
  if (at.line.kind === 'group' && !event.shiftKey) toggleGroup(at.line.group.key)
  selectLine(lines, at.index, event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'only')
  if (at.line.kind === 'row') useView.setState({ detailsOpen: true })
}

/** A right click acts on the selection if it hits it, else on the row or the session under the pointer. */
function onContextMenu(event: MouseEvent, lines: readonly GridLine[]): void {
  const at = lineAt(event, lines)
  const isSession = at?.line.kind === 'group' && useView.getState().groupBy === 'session'
  if (at && isSession) {
    selectLine(lines, at.index, 'only')
  } else if (at?.line.kind !== 'row') {
    event.preventDefault()
    event.stopPropagation()
  } else if (!useSelection.getState().selected.has(at.line.id)) {
    selectLine(lines, at.index, 'only')
  }
}

function openDetails(): void {
  useView.setState({ detailsOpen: true })
  window.dispatchEvent(new CustomEvent('procession:focus-details'))
}
