import { displayName, type ProcessRow, type SessionRow } from '../../../shared/domain/rows.ts'
import { ageStart } from '../../../shared/text/detail.ts'
import { type Status, statusRank, statusWord } from '../../../shared/text/status.ts'
import type { ColumnId } from '../../data/columns.ts'
import { groupPrefix } from '../../data/current-session.ts'
import type { GroupBy, Sort } from '../../data/view-store.ts'

/** One line of the grid: the head of a group, or a row at its level. */
export type GridLine =
  | { readonly kind: 'group'; readonly key: string; readonly group: Group; readonly expanded: boolean }
  | { readonly kind: 'row'; readonly key: string; readonly id: string; readonly level: 1 | 2 }

export type Group = {
  readonly key: string
  readonly title: string
  /** The folder of a session; empty for other groups. */
  readonly note: string
  readonly ids: readonly string[]
}

/** One visible row with the status that decides its place (held for a moment after a change). */
export type Placed = {
  readonly row: ProcessRow
  readonly session: SessionRow | undefined
  readonly status: Status
}

type Key = number | string

/** What a column is sorted by. Numbers that are not known sort last in both directions. */
function sortKey(column: ColumnId, { row, status, session }: Placed): Key | null {
  switch (column) {
    case 'status':
      return statusRank(status)
    case 'name':
      return displayName(row).toLowerCase()
    case 'host':
      return row.host
    case 'session':
      return session?.name.toLowerCase() ?? null
    case 'cpu':
      return row.usage?.cpuPct ?? null
    case 'memory':
      return row.usage?.rssBytes ?? null
    case 'age':
      return -ageStart(row)
    case 'restarts':
      return row.restarts
    case 'command':
      return row.argv.join(' ').toLowerCase()
    case 'detail':
      return status === 'failed' ? 0 : statusRank(status)
  }
}

function compareKeys(a: Key | null, b: Key | null, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  const order = a < b ? -1 : a > b ? 1 : 0
  return descending ? -order : order
}

const names = new Intl.Collator('en-GB', { numeric: true, sensitivity: 'base' })

/** Rows by the chosen column, ties by name, so that the order never depends on arrival. */
function sorted(placed: readonly Placed[], sort: Sort): Placed[] {
  return placed
    .map((one) => ({ one, key: sortKey(sort.column, one), name: displayName(one.row) }))
    .sort(
      (a, b) =>
        compareKeys(a.key, b.key, sort.descending) ||
        names.compare(a.name, b.name) ||
        (a.one.row.id < b.one.row.id ? -1 : 1),
    )
    .map(({ one }) => one)
}

function groupKeyOf(by: Exclude<GroupBy, 'none'>, { row, status }: Placed): string {
  switch (by) {
    case 'session':
      return row.sessionId
    case 'host':
      return row.host
    case 'status':
      return status
  }
}

function groupOf(by: Exclude<GroupBy, 'none'>, key: string, members: readonly Placed[]): Group {
  const [first] = members
  const ids = members.map(({ row }) => row.id)
  switch (by) {
    case 'session':
      return { key, title: first?.session?.name ?? key, note: first?.session?.path ?? '', ids }
    case 'host':
      return { key, title: key, note: '', ids }
    case 'status':
      return { key, title: first ? statusWord[first.status] : key, note: '', ids }
  }
}

/**
 * The lines of the grid from top to bottom. Groups follow the best row that they hold, then their name; a collapsed
 * group shows only its head.
 */
export function arrange(
  placed: readonly Placed[],
  { sort, groupBy, collapsed }: { sort: Sort; groupBy: GroupBy; collapsed: ReadonlySet<string> },
): GridLine[] {
  const rows = sorted(placed, sort)
  if (groupBy === 'none') return rows.map(({ row }) => ({ kind: 'row', key: row.id, id: row.id, level: 1 }))

  const members = new Map<string, Placed[]>()
  for (const one of rows) {
    const key = groupKeyOf(groupBy, one)
    const list = members.get(key)
    if (list) list.push(one)
    else members.set(key, [one])
  }
  const groups = [...members].map(([key, list]) => ({
    group: groupOf(groupBy, key, list),
    best: list[0] ? sortKey(sort.column, list[0]) : null,
  }))
  groups.sort((a, b) => compareKeys(a.best, b.best, sort.descending) || names.compare(a.group.title, b.group.title))
  return groups.flatMap(({ group }): GridLine[] => {
    const expanded = !collapsed.has(group.key)
    const head: GridLine = { kind: 'group', key: `${groupPrefix}${group.key}`, group, expanded }
    const below = group.ids.map((id): GridLine => ({ kind: 'row', key: id, id, level: 2 }))
    return expanded ? [head, ...below] : [head]
  })
}
