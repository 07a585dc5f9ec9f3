import type { KeyboardEvent } from 'react'
import { useAppearance } from '../../data/appearance-store.ts'
import type { OutlineLine } from './outline-order.ts'

/** What a key does in a tree (WAI-ARIA Authoring Practices, Tree View Pattern), before it is done. */
export type OutlineStep =
  | { readonly kind: 'move'; readonly line: OutlineLine }
  | { readonly kind: 'fold'; readonly sessionId: string; readonly folded: boolean }
  | { readonly kind: 'open'; readonly id: string }
  | { readonly kind: 'leave' }

const pageLines = 10

/** The step that `key` asks for at the line `at`; null when it asks for none. */
export function outlineStep(key: string, lines: readonly OutlineLine[], at: number): OutlineStep | null {
  const line = lines[at]
  if (!line) return null
  const to = (index: number): OutlineStep | null => {
    const target = lines[Math.max(0, Math.min(lines.length - 1, index))]
    return target ? { kind: 'move', line: target } : null
  }
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return to(at + 1)
    case 'ArrowUp':
    case 'k':
      return to(at - 1)
    case 'Home':
      return to(0)
    case 'End':
      return to(lines.length - 1)
    case 'PageDown':
      return to(at + pageLines)
    case 'PageUp':
      return to(at - pageLines)
    case 'ArrowLeft':
      return stepOut(line, lines)
    case 'ArrowRight':
      return stepIn(line, lines, at)
    case ' ':
      return { kind: 'move', line }
    case 'Enter':
      if (line.kind === 'session') return { kind: 'fold', sessionId: line.graph.id, folded: !line.folded }
      return line.node.kind === 'process' ? { kind: 'open', id: line.node.id } : null
    case 'Escape':
      return { kind: 'leave' }
    default:
      return null
  }
}

function stepOut(line: OutlineLine, lines: readonly OutlineLine[]): OutlineStep | null {
  if (line.kind === 'session') {
    return line.folded ? null : { kind: 'fold', sessionId: line.graph.id, folded: true }
  }
  const above = lines.find(({ key }) => key === line.under)
  return above ? { kind: 'move', line: above } : null
}

function stepIn(line: OutlineLine, lines: readonly OutlineLine[], at: number): OutlineStep | null {
  if (line.kind === 'session' && line.folded) return { kind: 'fold', sessionId: line.graph.id, folded: false }
  const next = lines[at + 1]
  return next?.kind === 'node' && next.under === line.key ? { kind: 'move', line: next } : null
}

type OutlineKeys = {
  readonly lines: readonly OutlineLine[]
  /** The line that a key was pressed on. */
  readonly lineOf: (event: KeyboardEvent) => OutlineLine | undefined
  readonly onMove: (line: OutlineLine) => void
  readonly onFold: (sessionId: string, folded: boolean) => void
  readonly onOpen: (id: string) => void
  readonly onLeave: () => void
}

/** Keys of the outline. Commands have theirs in the registry. */
export function outlineKeyHandler({ lines, lineOf, onMove, onFold, onOpen, onLeave }: OutlineKeys) {
  return (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const isLetter = event.key.length === 1 && event.key !== ' '
    if (isLetter && !useAppearance.getState().singleKeys) return
    const line = lineOf(event)
    const step = line ? outlineStep(event.key, lines, lines.indexOf(line)) : null
    if (!step) return
    event.preventDefault()
    event.stopPropagation()
    switch (step.kind) {
      case 'move':
        onMove(step.line)
        return
      case 'fold':
        onFold(step.sessionId, step.folded)
        return
      case 'open':
        onOpen(step.id)
        return
      case 'leave':
        onLeave()
    }
  }
}
