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
  const held = useRef<'vertical' | 'horizontal' | 'touch' | null>(null)
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
    const movedUp = top < last.current.top && (held.current !== null || height >= last.current.height)
    last.current = { top, height }
    if (movedUp) leaving.current = false
    const isReading = leaving.current || held.current === 'vertical'
    if (following && movedUp && distance > endPx) onFollow(false)
    else if (!following && distance <= endPx && reader.state().live && !movedUp && !isReading) onFollow(true)
    if (following) return
    if (top < edgePx) void reader.loadOlder()
    else if (distance < edgePx) void reader.loadNewer()
  }
  // While the scrollbar is dragged the end must not be scrolled to: in a flood the drag would never be seen. Nor would a
  // short one, after which the end is further away than before: who takes the scrollbar is reading, until it is at the end.
  const onPointerDown = (event: PointerEvent) => {
    const element = scrolled.current
    if (!element) return
    const isTouch = event.pointerType === 'touch'
    const bar = scrollbarAt(event, element)
    if (!isTouch && bar === null) return
    held.current = isTouch ? 'touch' : bar
    if (bar === 'vertical' && following) onFollow(false)
    const release = () => {
      held.current = null
      for (const kind of releases) window.removeEventListener(kind, releaseOnce)
      if (bar === 'vertical' && isAtEnd(element) && reader.state().live) onFollow(true)
      keepEnd()
    }
    // A scrollbar swallows the end of its drag in some browsers: the next move of a free pointer tells.
    const releaseOnce = (ended: Event) => {
      if (ended instanceof MouseEvent && ended.type.endsWith('move') && ended.buttons !== 0) return
      release()
    }
    for (const kind of releases) window.addEventListener(kind, releaseOnce)
  }
  const keep = useRef(keepEnd)
  keep.current = keepEnd
  // The end stays in sight also when the pane is made smaller.
  useEffect(() => {
    if (!scrolled.current) return
    const observer = new ResizeObserver(() => keep.current())
    observer.observe(scrolled.current)
    return () => observer.disconnect()
  }, [scrolled])
  useEffect(() => {
    if (!following && (scrolled.current?.scrollTop ?? 0) < edgePx) void reader.loadOlder()
  }, [following, reader, scrolled])
  return { onScroll, onPointerDown, intend, keepEnd }
}

const releases = ['pointerup', 'pointercancel', 'pointermove', 'mouseup', 'mousemove', 'touchend'] as const

const isAtEnd = ({ scrollTop, scrollHeight, clientHeight }: HTMLElement): boolean =>
  scrollHeight - clientHeight - scrollTop <= endPx

/** The scrollbar that was pressed; null for none. */
function scrollbarAt(event: PointerEvent, element: HTMLElement): 'vertical' | 'horizontal' | null {
  if (event.target !== element) return null
  const { left, top } = element.getBoundingClientRect()
  if (event.clientX - left >= element.clientWidth) return 'vertical'
  return event.clientY - top >= element.clientHeight ? 'horizontal' : null
}
