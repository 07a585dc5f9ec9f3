/** Lines of the grid as far as selecting needs them: a key each, and the process if it is one. */
export type SelectableLine = { readonly key: string; readonly id: string | null }

export type Selection = {
  /** Ids of processes. */
  readonly selected: ReadonlySet<string>
  /** Key of the line that has the keyboard. */
  readonly cursor: string | null
  /** Key from which Shift extends. */
  readonly anchor: string | null
  /** The process in the details pane. */
  readonly shown: string | null
}

export const noSelection: Selection = { selected: new Set(), cursor: null, anchor: null, shown: null }

/** `only` replaces the selection, `toggle` adds or removes one, `extend` takes all from the anchor, `none` only moves. */
export type SelectMode = 'only' | 'toggle' | 'extend' | 'none'

/** The selection after the keyboard or the pointer went to the line at `index`. */
export function selectAt(
  before: Selection,
  lines: readonly SelectableLine[],
  index: number,
  mode: SelectMode,
): Selection {
  const line = lines[index]
  if (!line) return before
  const moved = { ...before, cursor: line.key, shown: line.id ?? before.shown }
  switch (mode) {
    case 'none':
      return moved
    case 'only':
      return { ...moved, anchor: line.key, selected: new Set(line.id === null ? [] : [line.id]) }
    case 'toggle': {
      if (line.id === null) return moved
      const selected = new Set(before.selected)
      if (!selected.delete(line.id)) selected.add(line.id)
      return { ...moved, anchor: line.key, selected }
    }
    case 'extend': {
      const anchor = lines.findIndex(({ key }) => key === (before.anchor ?? before.cursor ?? line.key))
      const from = anchor < 0 ? index : anchor
      const range = lines.slice(Math.min(from, index), Math.max(from, index) + 1)
      return {
        ...moved,
        anchor: lines[from]?.key ?? line.key,
        selected: new Set(range.flatMap(({ id }) => id ?? [])),
      }
    }
  }
}

/** Every process in sight. */
export const selectAll = (before: Selection, lines: readonly SelectableLine[]): Selection => ({
  ...before,
  selected: new Set(lines.flatMap(({ id }) => id ?? [])),
})

/** Forgets processes that no longer exist. */
export function withoutGone(before: Selection, exists: (id: string) => boolean): Selection {
  if ([...before.selected].every(exists) && (before.shown === null || exists(before.shown))) return before
  return {
    ...before,
    selected: new Set([...before.selected].filter(exists)),
    shown: before.shown !== null && exists(before.shown) ? before.shown : null,
  }
}
