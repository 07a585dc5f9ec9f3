import { create } from 'zustand'
import type { LogStreams } from '../../shared/contract/contract.ts'
import type { Status } from '../../shared/text/status.ts'
import { type ColumnChoice, type ColumnId, clampWidth, columnIds } from './columns.ts'
import { isRecord, oneOf, remember, remembered } from './persisted.ts'

export const groupings = ['session', 'host', 'status', 'none'] as const
export type GroupBy = (typeof groupings)[number]
export type Sort = { readonly column: ColumnId; readonly descending: boolean }
export const defaultSort: Sort = { column: 'status', descending: false }

export const detailsTabs = ['logs', 'overview', 'terminal', 'dependencies', 'history'] as const
export type DetailsTab = (typeof detailsTabs)[number]
export const logTimes = ['off', 'clock', 'since-start'] as const
export type LogTimes = (typeof logTimes)[number]
const streamChoices = ['both', 'out', 'err'] as const satisfies readonly LogStreams[]

/** How the user likes it; remembered in this browser profile. */
export type Preferences = {
  readonly groupBy: GroupBy
  readonly sort: Sort
  readonly columns: ColumnChoice
  readonly detailsTab: DetailsTab
  /** Pixels of the details pane: its height below the grid and its width beside it. */
  readonly detailsHeight: number | null
  readonly detailsWidth: number | null
  readonly logWrap: boolean
  readonly logTimes: LogTimes
  readonly logStreams: LogStreams
  /** Whether the text of terminals is told to screen readers, which takes time with much output. */
  readonly terminalReader: boolean
}

export type Screen = 'sessions' | 'dependencies' | 'hosts'

/** What is shown now; forgotten with the window. */
type Now = {
  readonly screen: Screen
  readonly filterText: string
  readonly chips: ReadonlySet<Status>
  readonly needsAttention: boolean
  readonly collapsed: ReadonlySet<string>
  readonly detailsOpen: boolean
}

const storageKey = 'procession.view'

const usual: Preferences = {
  groupBy: 'session',
  sort: defaultSort,
  columns: { shown: {}, widths: {} },
  detailsTab: 'logs',
  detailsHeight: null,
  detailsWidth: null,
  logWrap: false,
  logTimes: 'clock',
  logStreams: 'both',
  terminalReader: false,
}

const size = (value: unknown): number | null => (typeof value === 'number' && value > 0 && value < 4000 ? value : null)

function parsePreferences(value: unknown): Preferences | undefined {
  if (!isRecord(value)) return undefined
  const sort = isRecord(value.sort) ? oneOf(columnIds, value.sort.column) : undefined
  return {
    groupBy: oneOf(groupings, value.groupBy) ?? usual.groupBy,
    sort: sort && isRecord(value.sort) ? { column: sort, descending: value.sort.descending === true } : usual.sort,
    columns: parseColumns(value.columns),
    detailsTab: oneOf(detailsTabs, value.detailsTab) ?? usual.detailsTab,
    detailsHeight: size(value.detailsHeight),
    detailsWidth: size(value.detailsWidth),
    logWrap: value.logWrap === true,
    logTimes: oneOf(logTimes, value.logTimes) ?? usual.logTimes,
    logStreams: oneOf(streamChoices, value.logStreams) ?? usual.logStreams,
    terminalReader: value.terminalReader === true,
  }
}

function parseColumns(value: unknown): ColumnChoice {
  const { shown, widths } = isRecord(value) ? value : {}
  const entries = <T>(from: unknown, accept: (one: unknown) => one is T) =>
    Object.fromEntries(
      isRecord(from) ? columnIds.flatMap((id) => (accept(from[id]) ? [[id, from[id]] as const] : [])) : [],
    )
  return {
    shown: entries(shown, (one): one is boolean => typeof one === 'boolean'),
    widths: entries(widths, (one): one is number => typeof one === 'number' && one === clampWidth(one)),
  }
}

export const useView = create<Preferences & Now>()(() => ({
  ...remembered(storageKey, parsePreferences, usual),
  screen: 'sessions',
  filterText: '',
  chips: new Set<Status>(),
  needsAttention: false,
  collapsed: new Set<string>(),
  detailsOpen: true,
}))

/** Changes and remembers preferences. */
export function prefer(change: Partial<Preferences>): void {
  useView.setState(change)
  const view = useView.getState()
  const kept = Object.fromEntries(Object.keys(usual).map((key) => [key, view[key as keyof Preferences]]))
  remember(storageKey, kept)
}

const toggled = <T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> => {
  const next = new Set(set)
  if (!next.delete(value)) next.add(value)
  return next
}

export const toggleChip = (status: Status): void =>
  useView.setState(({ chips }) => ({ chips: toggled(chips, status), needsAttention: false }))

export const toggleGroup = (key: string): void =>
  useView.setState(({ collapsed }) => ({ collapsed: toggled(collapsed, key) }))

/** Shows every row again. */
export const clearFilters = (): void => useView.setState({ filterText: '', chips: new Set(), needsAttention: false })

/** A click on a header: this column, then the other direction, then the usual order. */
export function sortBy(column: ColumnId): void {
  const { sort } = useView.getState()
  if (sort.column !== column) prefer({ sort: { column, descending: false } })
  else if (!sort.descending) prefer({ sort: { column, descending: true } })
  else prefer({ sort: defaultSort })
}

export function showColumn(id: ColumnId, shown: boolean): void {
  const { columns } = useView.getState()
  prefer({ columns: { ...columns, shown: { ...columns.shown, [id]: shown } } })
}

export function widenColumn(id: ColumnId, width: number): void {
  const { columns } = useView.getState()
  prefer({ columns: { ...columns, widths: { ...columns.widths, [id]: clampWidth(width) } } })
}

export const resetColumns = (): void => prefer({ columns: usual.columns })
