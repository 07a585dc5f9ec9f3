import { ChevronDown, ChevronRight } from 'lucide-react'
import { memo, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import { formatCount } from '../../../shared/text/numbers.ts'
import { statusWord } from '../../../shared/text/status.ts'
import { useTimed } from '../../data/clock.ts'
import { useConnection } from '../../data/connection-store.ts'
import { foldSession } from '../../data/graph-store.ts'
import { useProcess } from '../../data/rows-store.ts'
import { useSelection } from '../../data/selection-store.ts'
import { shownStatus } from '../../data/shown-status.ts'
import { useTallyOf } from '../../data/tally.ts'
import { Icon } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { processCount, type SessionGraph } from './graph.ts'
import { nodeFact } from './node-fact.ts'
import { outlineKeyHandler } from './outline-keys.ts'
import type { OutlineLine } from './outline-order.ts'
import { requirementTexts } from './requirement.ts'
import { selectNothing, selectProcess, useSubject } from './select.ts'
import { Tally } from './tally.tsx'
import type { ShownGraph } from './use-graph.ts'

const indent = 16
const firstIndent = 12
// Deeper lines would have no room for their names; assistive technologies are told the true level.
const deepest = 6

type OutlineProps = {
  readonly graph: ShownGraph
  readonly lines: readonly OutlineLine[]
  readonly onOpen: (id: string) => void
}

/** The graph as a tree with one tab stop: the same order, the same selection, worked from the keyboard. */
export function Outline({ graph, lines, onOpen }: OutlineProps) {
  const tree = useRef<HTMLDivElement>(null)
  const { cursor, setLast, focusLine } = useCursor(lines, tree)
  const places = useMemo(() => placesOf(lines), [lines])
  const needs = useMemo(() => new Map(graph.graphs.flatMap((one) => [...requirementTexts(one)])), [graph])
  const shown = graph.graphs.reduce((sum, one) => sum + processCount(one), 0)
  const others = graph.graphs.reduce((sum, one) => sum + one.others, 0)
  const choose = (line: OutlineLine) => {
    if (line.kind === 'node' && line.node.kind === 'process') selectProcess(line.node.id)
    else selectNothing()
    focusLine(line)
  }
  const onKeyDown = outlineKeyHandler({
    lines,
    lineOf: (event) => lineAt(event.target, lines),
    onMove: choose,
    onFold: foldSession,
    onOpen,
    onLeave: selectNothing,
  })
  return (
    <section className="outline" aria-label="Outline">
      <h2 className="panelhead">
        Outline <span className="push">{formatCount(shown)}</span>
      </h2>
      <div
        ref={tree}
        className="outline-tree"
        role="tree"
        tabIndex={-1}
        aria-label={`Dependencies of ${graph.session?.name ?? 'all sessions'}`}
        onKeyDown={onKeyDown}
        onFocus={(event) => setLast(lineAt(event.target, lines)?.key ?? null)}
        onClick={(event) => {
          const line = lineAt(event.target, lines)
          if (line?.kind === 'session') foldSession(line.graph.id, !line.folded)
          if (line) choose(line)
        }}
        onDoubleClick={(event) => {
          const line = lineAt(event.target, lines)
          if (line?.kind === 'node' && line.node.kind === 'process') onOpen(line.node.id)
        }}
      >
        {lines.map((line) => (
          <Line
            key={line.key}
            line={line}
            needs={needs.get(line.key) ?? ''}
            item={{ lineKey: line.key, hasCursor: line.key === cursor, ...(places.get(line.key) ?? firstPlace) }}
          />
        ))}
      </div>
      {others > 0 && <p className="outline-foot small muted">{`${formatCount(others)} more without dependencies`}</p>}
    </section>
  )
}

type Place = { readonly level: number; readonly position: number; readonly size: number }
const firstPlace: Place = { level: 1, position: 1, size: 1 }

const levelOf = (line: OutlineLine): number => (line.kind === 'session' ? 1 : line.level)
const underOf = (line: OutlineLine): string | null => (line.kind === 'session' ? null : line.under)

/** Level and place among its siblings of every line, which a flat list of elements cannot say by itself. */
function placesOf(lines: readonly OutlineLine[]): ReadonlyMap<string, Place> {
  return new Map(
    [...Map.groupBy(lines, underOf).values()].flatMap((siblings) =>
      siblings.map((line, index): [string, Place] => [
        line.key,
        { level: levelOf(line), position: index + 1, size: siblings.length },
      ]),
    ),
  )
}

function lineAt(target: EventTarget, lines: readonly OutlineLine[]): OutlineLine | undefined {
  const element = target instanceof Element ? target.closest('[data-line]') : null
  const key = element instanceof HTMLElement ? element.dataset.line : undefined
  return lines.find((line) => line.key === key)
}

/** The line with the keyboard: that of the selected process, else where it was last. */
function useCursor(lines: readonly OutlineLine[], tree: RefObject<HTMLDivElement | null>) {
  const subject = useSubject()
  const [last, setLast] = useState<string | null>(null)
  const isLine = (key: string | null) => lines.some((line) => line.key === key)
  const cursor = isLine(subject) ? subject : isLine(last) ? last : (lines[0]?.key ?? null)
  const elementOf = useCallback(
    (key: string) => tree.current?.querySelector<HTMLElement>(`[data-line="${CSS.escape(key)}"]`),
    [tree],
  )
  useEffect(() => {
    if (subject !== null) elementOf(subject)?.scrollIntoView({ block: 'nearest' })
  }, [subject, elementOf])
  // Lines come with the layout, perhaps after the keyboard was sent here.
  const isWanted = useRef(false)
  const focusCursor = useCallback(() => {
    const element = cursor === null ? null : elementOf(cursor)
    isWanted.current = !element
    element?.focus()
  }, [cursor, elementOf])
  useEffect(() => {
    if (isWanted.current) focusCursor()
    window.addEventListener('procession:focus-outline', focusCursor)
    return () => window.removeEventListener('procession:focus-outline', focusCursor)
  }, [focusCursor])
  const focusLine = (line: OutlineLine) => elementOf(line.key)?.focus()
  return { cursor, setLast, focusLine }
}

/** Plain values, so that a line is drawn anew only when something of its own has changed. */
type ItemProps = Place & { readonly lineKey: string; readonly hasCursor: boolean }

function Line({ line, needs, item }: { readonly line: OutlineLine; readonly needs: string; readonly item: ItemProps }) {
  if (line.kind === 'session') return <SessionLine {...item} graph={line.graph} folded={line.folded} />
  if (line.node.kind === 'missing') return <MissingLine {...item} name={line.node.name} />
  return <ProcessLine {...item} id={line.node.id} needs={needs} />
}

const itemAttributes = ({ lineKey, level, position, size, hasCursor }: ItemProps, selected = false) => ({
  className: 'orow',
  role: 'treeitem',
  'aria-selected': selected,
  'aria-level': level,
  'aria-posinset': position,
  'aria-setsize': size,
  tabIndex: hasCursor ? 0 : -1,
  'data-line': lineKey,
  style: { paddingLeft: firstIndent + (Math.min(level, deepest) - 1) * indent },
})

const ProcessLine = memo(function ProcessLine(props: ItemProps & { readonly id: string; readonly needs: string }) {
  const row = useProcess(props.id)
  return row ? <KnownLine {...props} row={row} /> : null
})

function KnownLine({ row, needs, ...item }: ItemProps & { readonly row: ProcessRow; readonly needs: string }) {
  const lostSince = useConnection((state) => state.lostSince)
  const selected = useSelection((state) => state.selected.has(row.id))
  const status = shownStatus(row, lostSince)
  const fact = useTimed((now) => (status === 'unknown' ? '' : nodeFact(row, now, 'narrow')))
  return (
    <div {...itemAttributes(item, selected)} data-node={row.id}>
      <Mark kind={status} />
      <span className={selected ? 'cut strong' : 'cut'} title={displayName(row)}>
        {displayName(row)}
      </span>
      <span className="sr">{` ${statusWord[status]} `}</span>
      <span className="muted small push">{fact}</span>
      {needs !== '' && <span className="sr">{` ${needs}`}</span>}
    </div>
  )
}

function MissingLine({ name, ...item }: ItemProps & { readonly name: string }) {
  return (
    <div {...itemAttributes(item)}>
      <Mark kind="unknown" />
      <span className="cut">{name}</span>
      <span className="sr"> does not exist yet</span>
    </div>
  )
}

function SessionLine({
  graph,
  folded,
  ...item
}: ItemProps & { readonly graph: SessionGraph; readonly folded: boolean }) {
  const ids = useMemo(() => [...graph.nodes.keys()], [graph])
  const tally = useTallyOf(ids)
  return (
    <div {...itemAttributes(item)} role="treeitem" tabIndex={item.hasCursor ? 0 : -1} aria-expanded={!folded}>
      <Icon of={folded ? ChevronRight : ChevronDown} />
      <b className="cut">{graph.name}</b>
      <span className="push">{folded ? <Tally tally={tally} words={false} most={2} /> : null}</span>
    </div>
  )
}
