import { requiredText } from '../../../shared/domain/dependence.ts'
import type { DependenceRow } from '../../../shared/domain/rows.ts'
import type { Point } from './layout.ts'

/** What stands on an edge. A parent that only has to run needs no word. */
export const edgeLabel = ({ required }: Pick<DependenceRow, 'required'>): string =>
  required.kind === 'up' ? '' : requiredText(required)

/** Where the middle of a label may stand, best first. */
export type Places = readonly [Point, ...Point[]]

// styles/dependencies.css: .edge-label.
const letterWidth = 7.2
const padding = 12
const lineHeight = 16
const mostWidth = 112

type Label = { readonly id: string; readonly text: string; readonly places: Places }
type Box = { readonly at: Point; readonly width: number }

/** Gives every label the first of its places that no earlier one covers; its best one where all are covered. */
export function placeLabels(labels: readonly Label[]): ReadonlyMap<string, Point> {
  const taken: Box[] = []
  const placed = new Map<string, Point>()
  for (const { id, text, places } of labels) {
    if (text === '') continue
    const width = Math.min(mostWidth, text.length * letterWidth + padding)
    const isFree = (at: Point) => !taken.some((other) => cover({ at, width }, other))
    const at = places.find(isFree) ?? places[0]
    taken.push({ at, width })
    placed.set(id, at)
  }
  return placed
}

const cover = (one: Box, other: Box): boolean =>
  Math.abs(one.at.y - other.at.y) < lineHeight && Math.abs(one.at.x - other.at.x) < (one.width + other.width) / 2
