import { ArrowDown, ArrowUp } from 'lucide-react'
import { type PointerEvent, useRef } from 'react'
import { type Column, columnOf } from '../../data/columns.ts'
import { type Sort, sortBy, useView, widenColumn } from '../../data/view-store.ts'
import { Icon } from '../../ui/button.tsx'

const ariaSort = (sort: Sort, column: Column): 'none' | 'ascending' | 'descending' =>
  sort.column !== column.id ? 'none' : sort.descending ? 'descending' : 'ascending'

/** Column headers: a click sorts, their right edge widens. The Arrange menu does the same from the keyboard. */
export function GridHead({ columns, template }: { readonly columns: readonly Column[]; readonly template: string }) {
  const sort = useView((state) => state.sort)
  return (
    <div className="r head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
      <span className="c-x" role="columnheader" tabIndex={-1}>
        <span className="sr">Mark</span>
      </span>
      {columns.map((column) => (
        <span
          key={column.id}
          className={column.align === 'end' ? 'num' : undefined}
          role="columnheader"
          aria-sort={ariaSort(sort, column)}
          tabIndex={-1}
        >
          <button
            type="button"
            tabIndex={-1}
            className={sort.column === column.id ? 'sorted' : undefined}
            onClick={() => sortBy(column.id)}
          >
            {column.label}
            {sort.column === column.id && <Icon of={sort.descending ? ArrowDown : ArrowUp} />}
          </button>
          {column.width !== null && <Resizer column={column} />}
        </span>
      ))}
    </div>
  )
}

function Resizer({ column }: { readonly column: Column }) {
  const from = useRef<{ x: number; width: number } | null>(null)
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    const width = useView.getState().columns.widths[column.id] ?? columnOf(column.id).width ?? 0
    from.current = { x: event.clientX, width }
  }
  return (
    <span
      className="resizer"
      aria-hidden="true"
      onPointerDown={onPointerDown}
      onPointerMove={(event) => {
        if (from.current) widenColumn(column.id, from.current.width + event.clientX - from.current.x)
      }}
      onLostPointerCapture={() => {
        from.current = null
      }}
    />
  )
}
