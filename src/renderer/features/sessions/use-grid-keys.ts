import type { KeyboardEvent } from 'react'
import { useAppearance } from '../../data/appearance-store.ts'
import { type SelectMode, selectAll, selectAt } from '../../data/selection.ts'
import { useSelection } from '../../data/selection-store.ts'
import { clearFilters, toggleGroup, useView } from '../../data/view-store.ts'
import type { GridLine } from './order.ts'

const selectable = (lines: readonly GridLine[]) =>
  lines.map((line) => ({ key: line.key, id: line.kind === 'row' ? line.id : null }))

/** Selects as the pointer or the keyboard asks. */
export function selectLine(lines: readonly GridLine[], index: number, mode: SelectMode): void {
  useSelection.setState((before) => selectAt(before, selectable(lines), index, mode))
}

export const selectEveryLine = (lines: readonly GridLine[]): void =>
  useSelection.setState((before) => selectAll(before, selectable(lines)))

/** The line a key leads to, or null when the key does not move. */
function destination(key: string, at: number, count: number, page: number): number | null {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return at + 1
    case 'ArrowUp':
    case 'k':
      return at - 1
    case 'Home':
      return 0
    case 'End':
      return count - 1
    case 'PageDown':
      return at + page
    case 'PageUp':
      return at - page
    default:
      return null
  }
}

const clamp = (index: number, count: number): number => Math.max(0, Math.min(count - 1, index))

type GridKeys = {
  readonly lines: readonly GridLine[]
  readonly cursorIndex: number
  /** Lines that fit on a page. */
  readonly page: number
  /** Moves the keyboard to the line. */
  readonly focusLine: (index: number) => void
  readonly onOpen: () => void
}

/** Keys of the grid that move, select, fold and open. Commands have theirs in the registry. */
export function gridKeyHandler({ lines, cursorIndex, page, focusLine, onOpen }: GridKeys) {
  return (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey) return
    const handled = move(event) || fold(event) || choose(event)
    if (handled) {
      event.preventDefault()
      event.stopPropagation()
    }
  }

  function move(event: KeyboardEvent): boolean {
    const letter = event.key.length === 1
    if (letter && (!useAppearance.getState().singleKeys || event.ctrlKey || event.metaKey || event.shiftKey))
      return false
    const to = destination(event.key, cursorIndex, lines.length, page)
    if (to === null) return false
    const index = clamp(to, lines.length)
    selectLine(lines, index, event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'none' : 'only')
    focusLine(index)
    return true
  }

  function fold(event: KeyboardEvent): boolean {
    const line = lines[cursorIndex]
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return false
    if (line?.kind === 'group') {
      if (line.expanded === (event.key === 'ArrowLeft')) toggleGroup(line.group.key)
      return true
    }
    const head = lines.findLastIndex((candidate, index) => candidate.kind === 'group' && index < cursorIndex)
    if (event.key === 'ArrowRight' || head < 0) return false
    selectLine(lines, head, 'only')
    focusLine(head)
    return true
  }

  function choose(event: KeyboardEvent): boolean {
    const line = lines[cursorIndex]
    if (event.key === ' ') {
      selectLine(lines, cursorIndex, 'toggle')
      return true
    }
    if (event.key === 'Enter') {
      if (line?.kind === 'group') toggleGroup(line.group.key)
      else if (line) onOpen()
      return line !== undefined
    }
    return event.key === 'Escape' && goBack()
  }
}

/** Escape takes away one thing at a time: the details, then the filters. */
function goBack(): boolean {
  const { detailsOpen, filterText, chips, needsAttention } = useView.getState()
  if (detailsOpen && useSelection.getState().shown !== null) useView.setState({ detailsOpen: false })
  else if (filterText !== '' || chips.size > 0 || needsAttention) clearFilters()
  else return false
  return true
}
