import { memo, useRef } from 'react'
import type { Column } from '../../data/columns.ts'
import { useConnection } from '../../data/connection-store.ts'
import { useProcess } from '../../data/rows-store.ts'
import { useSelection } from '../../data/selection-store.ts'
import { shownStatus } from '../../data/shown-status.ts'
import { Mark } from '../../ui/mark.tsx'
import { Cell } from './cells.tsx'
import { type LinePlace, placeStyle } from './line-place.ts'

type ProcessLineProps = LinePlace & {
  readonly id: string
  /** 2 below a group, 1 in a flat grid. */
  readonly level: 1 | 2
  readonly grouped: boolean
  readonly hasCursor: boolean
  readonly columns: readonly Column[]
}

/** One process. Subscribes to its own row, so that a change elsewhere costs it nothing. */
export const ProcessLine = memo(function ProcessLine(props: ProcessLineProps) {
  const { id, level, grouped, hasCursor, columns, index } = props
  const row = useProcess(id)
  const selected = useSelection((state) => state.selected.has(id))
  const lostSince = useConnection((state) => state.lostSince)
  const status = row ? shownStatus(row, lostSince) : 'unknown'
  const first = useRef(status)
  if (!row) return null
  return (
    <div
      className={first.current === status ? 'r' : 'r changed'}
      role="row"
      aria-rowindex={index + 2}
      aria-level={grouped ? level : undefined}
      aria-selected={selected}
      tabIndex={hasCursor ? 0 : -1}
      data-key={id}
      data-status={status}
      style={placeStyle(props)}
    >
      <span className="c-mark" role="gridcell">
        <Mark kind={status} />
      </span>
      {columns.map((column) => (
        <Cell key={column.id} id={column.id} row={row} status={status} />
      ))}
    </div>
  )
})
