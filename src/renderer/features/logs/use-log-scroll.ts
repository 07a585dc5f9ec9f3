import { type PointerEvent, type RefObject, useEffect, useRef } from 'react'
import type { LogReader } from './log-reader.ts'

// Nearer than this to the end is at the end; nearer than this to an edge asks for the lines beyond it.
const endPx = 4
const edgePx = 400

type ScrollOptions = {
  readonly scrolled: RefObject<HTMLDivElement | null>
  readonly reader: LogReader
  readonly following: boolean
  readonly onFollow: (following: boolean) => void
}

/**
 * Scrolling up stops following, scrolling to the end follows again, and near an edge the lines beyond it are read.
 * `keepEnd` brings the end into sight unless somebody has the scrollbar in hand.
 */
export function useLogScroll({ scrolled, reader, following, onFollow }: ScrollOptions) {
  const last = useRef({ top: 0, height: 0 })
  // In a flood the end is scrolled to again before a step up is seen, so the wish to go up counts as much.
  const leaving = useRef(false)
  const held = useRef(false)
  const latest = useRef({ following })
  latest.current = { following }

  const keepEnd = () => {
    const element = scrolled.current
    if (element && latest.current.following && !held.current) element.scrollTop = element.scrollHeight
  }
  const intend = (up: boolean) => {
    leaving.current = up && (scrolled.current?.scrollTop ?? 0) > 0
    if (leaving.current && following) onFollow(false)
  }
  // The pointer or the keyboard scrolls up; content that grows or shrinks only moves the end.
  const onScroll = () => {
    const element = scrolled.current
    if (!element) return
    const { scrollTop: top, scrollHeight: height, clientHeight } = element
    const distance = height - clientHeight - top
    const movedUp = top < last.current.top && (held.current || height >= last.current.height)
    last.current = { top, height }
    if (movedUp) leaving.current = false
    if (following && movedUp && distance > endPx) onFollow(false)
    else if (!following && distance <= endPx && reader.state().live && !movedUp && !leaving.current) onFollow(true)
    if (following) return
    if (top < edgePx) void reader.loadOlder()
    else if (distance < edgePx) void reader.loadNewer()
  }
  // While the scrollbar is dragged the end must not be scrolled to: in a flood the drag would never be seen.
  const onPointerDown = (event: PointerEvent) => {
    const element = scrolled.current
    if (!element || !(event.pointerType === 'touch' || isOnScrollbar(event, element))) return
    held.current = true
    const release = () => {
      held.current = false
      for (const kind of releases) window.removeEventListener(kind, releaseOnce)
      keepEnd()
    }
    // A scrollbar swallows the end of its drag in some browsers: the next move of a free pointer tells.
    const releaseOnce = (ended: Event) => {
      if (ended instanceof MouseEvent && ended.type.endsWith('move') && ended.buttons !== 0) return
      release()
    }
    for (const kind of releases) window.addEventListener(kind, releaseOnce)
  }
  useEffect(() => {
    if (!following && (scrolled.current?.scrollTop ?? 0) < edgePx) void reader.loadOlder()
  }, [following, reader, scrolled])
  return { onScroll, onPointerDown, intend, keepEnd }
}

const releases = ['pointerup', 'pointercancel', 'pointermove', 'mouseup', 'mousemove', 'touchend'] as const

function isOnScrollbar(event: PointerEvent, element: HTMLElement): boolean {
  if (event.target !== element) return false
  const { left, top } = element.getBoundingClientRect()
  return event.clientX - left >= element.clientWidth || event.clientY - top >= element.clientHeight
}
