import { type KeyboardEvent, type PointerEvent, useRef } from 'react'

const keyStep = 24

type SplitterProps = {
  readonly label: string
  /** `rows`: between a part above and one below; `columns`: between left and right. */
  readonly between: 'rows' | 'columns'
  readonly size: number
  readonly least: number
  readonly most: number
  readonly onResize: (size: number) => void
  readonly onReset: () => void
}

/** The edge of a part that stands below or right of it. Dragging or the arrow keys make the part larger or smaller. */
export function Splitter({ label, between, size, least, most, onResize, onReset }: SplitterProps) {
  const start = useRef<{ at: number; size: number } | null>(null)
  const place = (event: PointerEvent) => (between === 'rows' ? event.clientY : event.clientX)
  const resize = (wanted: number) => onResize(Math.round(Math.min(most, Math.max(least, wanted))))

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    start.current = { at: place(event), size }
  }
  const onPointerMove = (event: PointerEvent) => {
    if (start.current) resize(start.current.size + start.current.at - place(event))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const [larger, smaller] = between === 'rows' ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight']
    if (event.key !== larger && event.key !== smaller) return
    event.preventDefault()
    resize(size + (event.key === larger ? keyStep : -keyStep))
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is a widget, an hr is not
    <div
      className="splitter"
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={between === 'rows' ? 'horizontal' : 'vertical'}
      aria-valuenow={size}
      aria-valuemin={least}
      aria-valuemax={most}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onLostPointerCapture={() => {
        start.current = null
      }}
      onDoubleClick={onReset}
      onKeyDown={onKeyDown}
    />
  )
}
