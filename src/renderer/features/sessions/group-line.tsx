import { ChevronDown } from 'lucide-react'
import { memo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Usage } from '../../../shared/domain/rows.ts'
import { measureBytes } from '../../../shared/text/bytes.ts'
import { formatPercent } from '../../../shared/text/numbers.ts'
import { type Status, statuses, statusWord } from '../../../shared/text/status.ts'
import type { Column } from '../../data/columns.ts'
import { useConnection } from '../../data/connection-store.ts'
import { groupPrefix } from '../../data/current-session.ts'
import { type RowsState, useRows } from '../../data/rows-store.ts'
import { shownStatus, shownUsage } from '../../data/shown-status.ts'
import { useView } from '../../data/view-store.ts'
import { Icon } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { type LinePlace, placeStyle } from './line-place.ts'
import type { Group } from './order.ts'
import { SessionRemarks } from './session-remarks.tsx'

type GroupLineProps = LinePlace & {
  readonly group: Group
  readonly expanded: boolean
  readonly hasCursor: boolean
  readonly columns: readonly Column[]
}

/** The head of a group: its name, how many rows of each status it holds, and their sums. */
export const GroupLine = memo(function GroupLine(props: GroupLineProps) {
  const { group, expanded, hasCursor, columns, index } = props
  const ofSession = useView((state) => state.groupBy === 'session')
  // Name takes its own column; the tally spans status and detail.
  const rest = columns.filter(({ id }) => id !== 'name' && id !== 'status' && id !== 'detail')
  return (
    <div
      className="r group"
      role="row"
      aria-level={1}
      aria-rowindex={index + 2}
      aria-expanded={expanded}
      tabIndex={hasCursor ? 0 : -1}
      data-key={`${groupPrefix}${group.key}`}
      style={placeStyle(props)}
    >
      <span className="c-mark muted" role="gridcell">
        <Icon of={ChevronDown} />
      </span>
      <span className="c-name name" role="gridcell" title={group.title}>
        <span className="cut">{group.title}</span>
        <span className="count">{group.ids.length}</span>
      </span>
      <span className="c-tally" role="gridcell" style={{ gridColumn: 'span 2' }}>
        <span className="tally">
          <GroupTally ids={group.ids} />
          {ofSession && <SessionRemarks id={group.key} />}
        </span>
      </span>
      {rest.map(({ id, align }) => (
        <span key={id} className={align === 'end' ? 'c-x num muted' : 'c-x muted'} role="gridcell">
          {id === 'cpu' && <GroupCpu ids={group.ids} />}
          {id === 'memory' && <GroupMemory ids={group.ids} />}
          {id === 'host' && <GroupHost ids={group.ids} />}
          {id === 'command' && <span title={group.note}>{shortPath(group.note)}</span>}
        </span>
      ))}
    </div>
  )
})

// What fits the column; the end of a path says more than its beginning.
const shownPathLength = 18
const shortPath = (path: string): string =>
  path.length > shownPathLength ? `…/${path.split('/').slice(-2).join('/')}` : path

const countOfStatus = (state: RowsState, ids: readonly string[], lostSince: number | null) => {
  const counts = new Map<Status, number>()
  for (const id of ids) {
    const row = state.processes.get(id)
    const status = row && shownStatus(row, lostSince)
    if (status) counts.set(status, (counts.get(status) ?? 0) + 1)
  }
  return statuses.map((status) => counts.get(status) ?? 0)
}

function GroupTally({ ids }: { readonly ids: readonly string[] }) {
  const lostSince = useConnection((state) => state.lostSince)
  const counts = useRows(useShallow((state) => countOfStatus(state, ids, lostSince)))
  const some = statuses.flatMap((status, index) => {
    const count = counts[index] ?? 0
    return count > 0 ? [{ status, count }] : []
  })
  return (
    <span className="counts" title={some.map(({ status, count }) => `${count} ${statusWord[status]}`).join(', ')}>
      {some.map(({ status, count }) => (
        <span className="st" key={status}>
          <Mark kind={status} />
          {count}
          <span className="sr"> {statusWord[status]}</span>
        </span>
      ))}
    </span>
  )
}

const sum = (state: RowsState, ids: readonly string[], of: keyof Omit<Usage, 'listen'>, lostSince: number | null) => {
  let total: number | null = null
  for (const id of ids) {
    const row = state.processes.get(id)
    const usage = row && shownUsage(row, lostSince)
    if (usage) total = (total ?? 0) + usage[of]
  }
  return total
}

function GroupCpu({ ids }: { readonly ids: readonly string[] }) {
  const lostSince = useConnection((state) => state.lostSince)
  const text = useRows((state) => {
    const total = sum(state, ids, 'cpuPct', lostSince)
    return total === null ? null : formatPercent(total)
  })
  return text === null ? null : (
    <>
      {text} <span className="unit">%</span>
    </>
  )
}

function GroupMemory({ ids }: { readonly ids: readonly string[] }) {
  const lostSince = useConnection((state) => state.lostSince)
  const measured = useRows(
    useShallow((state) => {
      const total = sum(state, ids, 'rssBytes', lostSince)
      return total === null ? null : measureBytes(total)
    }),
  )
  return measured === null ? null : (
    <>
      {measured.value} <span className="unit">{measured.unit}</span>
    </>
  )
}

function GroupHost({ ids }: { readonly ids: readonly string[] }) {
  const [first, ...others] = useRows(
    useShallow((state) => [...new Set(ids.flatMap((id) => state.processes.get(id)?.host ?? []))]),
  )
  return others.length === 0 ? first : null
}
