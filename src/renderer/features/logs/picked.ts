import type { Offsets } from './log-files.ts'
import type { Line, LogLines } from './log-lines.ts'

/** What is picked: from one border between lines to another, in every file. Outlives the window. */
export type Picked = {
  readonly from: Offsets
  readonly to: Offsets
  /** The borders around the line that Shift extends from; null when everything is picked. */
  readonly anchor: Span | null
  /** The same of the line that Shift moves. */
  readonly end: Span | null
}

type Span = { readonly above: Offsets; readonly below: Offsets }

/** The borders around the line at an index of the window. */
const spanOf = (lines: LogLines, index: number, files: readonly number[]): Span => ({
  above: lines.borderAbove(index, files),
  below: lines.borderAbove(index + 1, files),
})

const each = (files: readonly number[], offsetOf: (file: number) => number): Offsets => {
  const offsets: number[] = []
  for (const file of files) offsets[file] = offsetOf(file)
  return offsets
}

/** Everything between two lines, both included. */
const between = (anchor: Span, end: Span, files: readonly number[]): Picked => ({
  anchor,
  end,
  from: each(files, (file) => Math.min(anchor.above[file] ?? 0, end.above[file] ?? 0)),
  to: each(files, (file) => Math.max(anchor.below[file] ?? 0, end.below[file] ?? 0)),
})

type Window = { readonly lines: LogLines; readonly files: readonly number[] }

/** One line alone. */
export function pickLine({ lines, files }: Window, index: number): Picked {
  const span = spanOf(lines, index, files)
  return between(span, span, files)
}

/** From the line that was picked first up to another one. */
export function extendTo({ lines, files }: Window, before: Picked | null, index: number): Picked {
  const span = spanOf(lines, index, files)
  return between(before?.anchor ?? span, span, files)
}

/** Everything that the files hold between these places. */
export const pickAll = (from: Offsets, to: Offsets): Picked => ({ from, to, anchor: null, end: null })

/** True for a line that is picked. */
export const isPicked = (picked: Picked | null, { file, offset }: Pick<Line, 'file' | 'offset'>): boolean =>
  picked !== null && offset >= (picked.from[file] ?? 0) && offset < (picked.to[file] ?? 0)

/** Bytes of what is picked, those that were dropped included. */
export const pickedBytes = ({ from, to }: Pick<Picked, 'from' | 'to'>): number =>
  to.reduce((sum, end, file) => sum + Math.max(0, end - (from[file] ?? 0)), 0)

/** Index of the line that Shift moves; null when it is not in the window. */
export function endIndex({ lines, files }: Window, picked: Picked | null): number | null {
  if (!picked?.end) return null
  const { above, below } = picked.end
  const file = files.find((one) => (below[one] ?? 0) > (above[one] ?? 0))
  if (file === undefined) return null
  const index = lines.indexFrom(file, above[file] ?? 0)
  return lines.at(index)?.offset === above[file] ? index : null
}

/** True when all of it is in the window, as it is. */
export function isInWindow({ lines, files }: Window, { from, to }: Picked): boolean {
  return files.every((file) => {
    const [first, last] = [from[file] ?? 0, to[file] ?? 0]
    if (first >= last) return true
    const [start, end] = [lines.start(file), lines.end(file)]
    return start !== null && end !== null && start <= first && end >= last
  })
}
