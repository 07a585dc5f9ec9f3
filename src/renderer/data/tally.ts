import { useMemo } from 'react'
import type { ProcessRow } from '../../shared/domain/rows.ts'
import { type Status, statuses } from '../../shared/text/status.ts'
import { useConnection } from './connection-store.ts'
import { useSettledRows } from './settled-rows.ts'
import { shownStatus } from './shown-status.ts'

export type Tally = { readonly all: number; readonly of: Readonly<Record<Status, number>> }

/** What a person should look at: it failed, or nobody knows. */
export const attentionStatuses: readonly Status[] = ['failed', 'unknown']

function tallyOf(rows: Iterable<Pick<ProcessRow, 'life'>>, lostSince: number | null): Tally {
  const of = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>
  let all = 0
  for (const row of rows) {
    of[shownStatus(row, lostSince)] += 1
    all += 1
  }
  return { all, of }
}

export const attentionCount = ({ of }: Tally): number => attentionStatuses.reduce((sum, status) => sum + of[status], 0)

/** How many of these processes have each status. */
export function useTallyOf(ids: readonly string[]): Tally {
  const rows = useSettledRows((state) => state.rows)
  const lostSince = useConnection((state) => state.lostSince)
  return useMemo(
    () =>
      tallyOf(
        ids.flatMap((id) => rows.processes.get(id) ?? []),
        lostSince,
      ),
    [ids, rows, lostSince],
  )
}

/** How many rows have each status. */
export function useTally(): Tally {
  const rows = useSettledRows((state) => state.rows)
  const lostSince = useConnection((state) => state.lostSince)
  return useMemo(() => tallyOf(rows.processes.values(), lostSince), [rows, lostSince])
}
