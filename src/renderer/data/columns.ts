/** Columns of the grid in their order. `mark` and `detail` are always there. */
export const columnIds = [
  'name',
  'status',
  'detail',
  'session',
  'host',
  'cpu',
  'memory',
  'age',
  'restarts',
  'command',
] as const
export type ColumnId = (typeof columnIds)[number]

export type Column = {
  readonly id: ColumnId
  readonly label: string
  /** Pixels; null takes the spare width. */
  readonly width: number | null
  readonly align: 'start' | 'end'
  /** Shown unless the user chose otherwise. */
  readonly shown: boolean
  /** False for what makes a row a row. */
  readonly hideable: boolean
  /** Width of the grid under which it is left out, in pixels. */
  readonly from: number
}

// With less than this the reasons in Detail would be cut; they matter more than host and command.
const wide = 940

const column = (id: ColumnId, label: string, width: number | null, rest: Partial<Column> = {}): Column => ({
  id,
  label,
  width,
  align: 'start',
  shown: true,
  hideable: true,
  from: 0,
  ...rest,
})

export const columns: readonly Column[] = [
  column('name', 'Name', 136, { hideable: false }),
  column('status', 'Status', 72, { hideable: false }),
  column('detail', 'Detail', null, { hideable: false }),
  column('session', 'Session', 100, { shown: false, from: wide }),
  column('host', 'Host', 60, { from: wide }),
  column('cpu', 'CPU', 100, { align: 'end', from: 640 }),
  column('memory', 'Memory', 68, { align: 'end', from: 720 }),
  column('age', 'Age', 68, { align: 'end' }),
  column('restarts', 'Restarts', 60, { align: 'end', shown: false, from: wide }),
  column('command', 'Command', 148, { from: wide }),
]

export const columnOf = (id: ColumnId): Column => {
  const found = columns.find((candidate) => candidate.id === id)
  if (!found) throw new Error(`No column ${id}`)
  return found
}

// A column narrower than this hides its own header; wider than this it only pushes the others out of the window.
const narrowest = 44
const widest = 640

export type ColumnChoice = {
  /** Those whose visibility differs from the default, by id. */
  readonly shown: Readonly<Partial<Record<ColumnId, boolean>>>
  /** Widths that the user dragged, by id. */
  readonly widths: Readonly<Partial<Record<ColumnId, number>>>
}

export const clampWidth = (width: number): number => Math.round(Math.min(widest, Math.max(narrowest, width)))

export const isShown = (choice: ColumnChoice, id: ColumnId): boolean => choice.shown[id] ?? columnOf(id).shown

/** The columns that stand in a grid of this width. */
export const visibleColumns = (choice: ColumnChoice, gridWidth: number): Column[] =>
  columns.filter((candidate) => isShown(choice, candidate.id) && gridWidth >= candidate.from)

/** `grid-template-columns` for these columns: the mark, then each; the command is what gives way first. */
export function gridTemplate(shown: readonly Column[], choice: ColumnChoice): string {
  const tracks = shown.map(({ id, width }) => {
    const chosen = choice.widths[id] ?? width
    if (chosen === null) return 'minmax(140px, 1fr)'
    return id === 'command' ? `minmax(0, ${chosen}px)` : `${chosen}px`
  })
  return ['14px', ...tracks].join(' ')
}
