import { type ClipboardEvent, type MouseEvent, useState } from 'react'
import { copyText } from '../../ui/copy-text.ts'
import { withoutAnsi } from './ansi.ts'
import type { LogLines } from './log-lines.ts'

/** Ids of the first and the last picked line; ids outlive lines that come and go around them. */
type Picked = { readonly anchor: number; readonly end: number }

/** Picking lines by click and Shift+click, and copying them with or without their colours. */
export function useLineSelection(lines: () => LogLines, lineOfItem: (item: number) => number | null) {
  const [picked, setPicked] = useState<Picked | null>(null)
  const from = picked ? Math.min(picked.anchor, picked.end) : 0
  const to = picked ? Math.max(picked.anchor, picked.end) : -1

  const onClick = (event: MouseEvent) => {
    // Text that was marked with the mouse is the user's own selection.
    if (!(window.getSelection()?.isCollapsed ?? true) && !event.shiftKey) return
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null
    const line = element ? lineOfItem(Number(element.dataset.index)) : null
    const id = line === null ? undefined : lines().at(line)?.id
    if (id === undefined) setPicked(null)
    else if (event.shiftKey) {
      window.getSelection()?.removeAllRanges()
      setPicked((before) => ({ anchor: before?.anchor ?? id, end: id }))
    } else setPicked({ anchor: id, end: id })
  }

  const text = (withColours: boolean): string => {
    const window = lines()
    const texts: string[] = []
    for (let id = Math.max(from, window.firstId); id <= to && id < window.firstId + window.count; id += 1) {
      const line = window.text(id - window.firstId)
      texts.push(withColours ? line : withoutAnsi(line))
    }
    return texts.join('\n')
  }

  const selectAll = () => {
    const { firstId, count } = lines()
    if (count > 0) setPicked({ anchor: firstId, end: firstId + count - 1 })
  }

  const onCopy = (event: ClipboardEvent) => {
    if (!picked || !(window.getSelection()?.isCollapsed ?? true)) return
    event.clipboardData.setData('text/plain', text(false))
    event.preventDefault()
  }

  const copy = (withColours: boolean) => {
    if (!picked) selectAll()
    const marked = window.getSelection()?.toString() ?? ''
    const count = picked ? to - from + 1 : 0
    if (count > 0) void copyText(text(withColours), count === 1 ? 'Line' : `${count} lines`)
    else if (marked !== '') void copyText(marked, 'Text')
  }

  const isPicked = (id: number) => id >= from && id <= to
  return { isPicked, onClick, onCopy, copy, selectAll, clear: () => setPicked(null), any: picked !== null }
}
