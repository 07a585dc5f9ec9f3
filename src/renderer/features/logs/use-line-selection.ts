import { type ClipboardEvent, type MouseEvent, useRef, useState } from 'react'
import { countOf } from '../../../shared/text/numbers.ts'
import { copyText } from '../../ui/copy-text.ts'
import { notify } from '../../ui/toasts.tsx'
import type { LogReader } from './log-reader.ts'
import { endIndex, extendTo, isPicked, type Picked, pickAll, pickLine } from './picked.ts'
import { isAtHand, pickedText, textInWindow } from './picked-text.ts'

export type LineSelection = {
  readonly picked: Picked | null
  readonly isPicked: (line: { readonly file: number; readonly offset: number }) => boolean
  readonly onClick: (event: MouseEvent) => void
  readonly onCopy: (event: ClipboardEvent) => void
  /** Copies what is picked, else the text that is marked, else everything. */
  readonly copy: (withColours: boolean) => Promise<void>
  readonly selectAll: () => Promise<void>
  /** Moves the end of the selection by so many lines and gives its new index. */
  readonly extendBy: (lines: number, from: number) => number
  readonly clear: () => void
}

type SelectionOptions = {
  readonly reader: LogReader
  readonly lineOfItem: (item: number) => number | null
  readonly names: readonly string[] | null
  /** Offered where there is too much for the clipboard. */
  readonly onSave: () => void
}

/** Picking lines by click, Shift+click and Shift with the arrows, and copying them with or without their colours. */
export function useLineSelection({ reader, lineOfItem, names, onSave }: SelectionOptions): LineSelection {
  const [picked, setPicked] = useState<Picked | null>(null)
  const copying = useRef<AbortController | null>(null)
  // How much everything is has to be asked for; who copies meanwhile means everything.
  const selecting = useRef<Promise<Picked> | null>(null)

  const onClick = (event: MouseEvent) => {
    // Text that was marked with the mouse is the user's own selection.
    if (!(window.getSelection()?.isCollapsed ?? true) && !event.shiftKey) return
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null
    const index = element ? lineOfItem(Number(element.dataset.index)) : null
    if (index === null) setPicked(null)
    else if (event.shiftKey) {
      window.getSelection()?.removeAllRanges()
      setPicked((before) => extendTo(reader, before, index))
    } else setPicked(pickLine(reader, index))
  }

  const everything = async (): Promise<Picked> => {
    const extent = await reader.source.extent()
    if (extent.ok) return pickAll(extent.value.from, extent.value.to)
    const { lines, files } = reader
    return pickAll(lines.borderAbove(0, files), lines.borderAbove(lines.count, files))
  }

  const onCopy = (event: ClipboardEvent) => {
    if (selecting.current) {
      event.preventDefault()
      void selecting.current.then((all) => copyPicked(all, false))
      return
    }
    if (!picked || !(window.getSelection()?.isCollapsed ?? true)) return
    event.preventDefault()
    if (isAtHand(reader, picked)) {
      event.clipboardData.setData('text/plain', textInWindow(reader.lines, picked, { withColours: false, names }))
    } else void copyPicked(picked, false)
  }

  const copyPicked = async (what: Picked, withColours: boolean) => {
    copying.current?.abort()
    copying.current = new AbortController()
    const text = await pickedText(reader, what, { withColours, names, signal: copying.current.signal })
    if (text.ok) {
      const count = text.value.split('\n').length
      await copyText(text.value, count === 1 ? 'Line' : countOf(count, 'line', 'lines'))
    } else if (text.code !== 'cancelled') {
      notify('failed', 'The lines were not copied', `${text.message} ${text.hint}`.trim(), {
        label: 'Save as…',
        run: onSave,
      })
    }
  }

  return {
    picked,
    isPicked: (line) => isPicked(picked, line),
    onClick,
    onCopy,
    copy: async (withColours) => {
      const marked = window.getSelection()?.toString() ?? ''
      if (!picked && marked !== '') return copyText(marked, 'Text')
      const what = selecting.current ?? picked ?? everything()
      await copyPicked(await what, withColours)
    },
    selectAll: async () => {
      window.getSelection()?.removeAllRanges()
      const asked = everything()
      selecting.current = asked
      const all = await asked
      if (selecting.current !== asked) return
      selecting.current = null
      setPicked(all)
    },
    extendBy: (lines, from) => {
      const at = endIndex(reader, picked)
      const last = Math.max(0, reader.lines.count - 1)
      const index = at === null ? from : Math.max(0, Math.min(last, at + lines))
      setPicked((before) => (at === null ? pickLine(reader, index) : extendTo(reader, before, index)))
      return index
    },
    clear: () => setPicked(null),
  }
}
