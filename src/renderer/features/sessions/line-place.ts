import type { CSSProperties } from 'react'

/** Where a line stands in the scrolled area. */
export type LinePlace = {
  readonly index: number
  /** Pixels from the top, and its height. */
  readonly start: number
  readonly height: number
}

export const placeStyle = ({ start, height }: LinePlace): CSSProperties => ({
  transform: `translateY(${start}px)`,
  height,
})
