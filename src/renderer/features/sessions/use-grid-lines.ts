import { useEffect, useMemo, useState } from 'react'
import { useNow } from '../../data/clock.ts'
import { useConnection } from '../../data/connection-store.ts'
import type { Rows } from '../../data/rows.ts'
import { useRows } from '../../data/rows-store.ts'
import { useSettledRows } from '../../data/settled-rows.ts'
import { shownStatus } from '../../data/shown-status.ts'
import { attentionStatuses } from '../../data/tally.ts'
import { useView } from '../../data/view-store.ts'
import { type Filter, matchesFilter, parseFilter } from './filter.ts'
import { arrange, type GridLine, type Placed } from './order.ts'
import { StatusHold } from './status-hold.ts'

export type GridContent = {
  readonly lines: readonly GridLine[]
  /** Rows before and after filtering. */
  readonly total: number
  readonly matching: number
  /** One line of help about the filter. */
  readonly problem: string | null
}

/** The lines to show, from the settled rows and what the user chose. */
export function useGridLines(): GridContent {
  const settled = useSettledRows((state) => state.rows)
  const measured = useMeasuredRows()
  const rows = measured ?? settled
  const lostSince = useConnection((state) => state.lostSince)
  const { filterText, chips, needsAttention, sort, groupBy, collapsed } = useView()
  const [hold] = useState(() => new StatusHold())
  const released = useRelease(hold, rows)
  const filter = useMemo(() => parseFilter(filterText), [filterText])

  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice of the user lets every row move
  useMemo(() => hold.release(), [hold, sort, groupBy, chips, needsAttention])

  // biome-ignore lint/correctness/useExhaustiveDependencies: `released` says that held rows may move
  const placed = useMemo(
    () => placeRows(rows, hold, filter, (status) => isWanted(status, chips, needsAttention), lostSince),
    [rows, hold, filter, chips, needsAttention, lostSince, released],
  )
  const lines = useMemo(() => arrange(placed, { sort, groupBy, collapsed }), [placed, sort, groupBy, collapsed])
  return { lines, total: rows.processes.size, matching: placed.length, problem: filter.problem }
}

const isWanted = (status: Placed['status'], chips: ReadonlySet<Placed['status']>, needsAttention: boolean): boolean =>
  needsAttention ? attentionStatuses.includes(status) : chips.size === 0 || chips.has(status)

/** Sorting by a measurement follows the measurements once per second; other orders do not depend on them. */
function useMeasuredRows(): Rows | null {
  const now = useNow()
  const byMeasurement = useView(({ sort }) => sort.column === 'cpu' || sort.column === 'memory')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the clock sets the pace
  return useMemo(() => (byMeasurement ? useRows.getState() : null), [byMeasurement, now])
}

function placeRows(
  rows: Rows,
  hold: StatusHold,
  filter: Filter,
  wanted: (status: Placed['status']) => boolean,
  lostSince: number | null,
): Placed[] {
  const now = performance.now()
  const placed: Placed[] = []
  hold.keepOnly((id) => rows.processes.has(id))
  for (const row of rows.processes.values()) {
    const status = hold.placeOf(row.id, shownStatus(row, lostSince), now)
    const one = { row, session: rows.sessions.get(row.sessionId), status }
    if (wanted(status) && matchesFilter(filter, one)) placed.push(one)
  }
  return placed
}

/** Counts up whenever a held row may move to its new place. */
function useRelease(hold: StatusHold, rows: Rows): number {
  const [count, setCount] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows and count decide what is held
  useEffect(() => {
    const next = hold.nextRelease()
    if (next === null) return
    const timer = setTimeout(() => setCount((before) => before + 1), Math.max(0, next - performance.now()) + 1)
    return () => clearTimeout(timer)
  }, [hold, rows, count])
  return count
}
