import type { LogLines, LogSegment } from '../../../shared/contract/log-part.ts'
import type { LogCursor } from './cursor.ts'
import { PartPacker } from './part-packer.ts'
import { newline } from './reader.ts'

export type MergeOptions = {
  /** So many of the first lines are left out, and the gaps between them. */
  readonly skipLines: number
  /** Segments of this time or later are left out: ms since 1970 UTC, may be infinite. */
  readonly until: number
  /** Once everything that was there is given, an empty segment of each file says where it is read up to. */
  readonly tellsPlaces: boolean
  /** Called when nothing is left to read: resolves with true to go on, with false to end. */
  readonly waitForMore: () => Promise<boolean>
  /** Ends it between two parts, and while lines are left out. */
  readonly signal: AbortSignal
}

/**
 * Encoded parts from cursors in the order of time; at equal times in the order of the cursors. Gaps keep their place
 * among the lines.
 */
export async function* mergedParts(
  cursors: readonly LogCursor[],
  { skipLines, until, tellsPlaces, waitForMore, signal }: MergeOptions,
): AsyncGenerator<Uint8Array> {
  const packer = new PartPacker()
  let toSkip = skipLines
  let isTold = !tellsPlaces
  do {
    for await (const found of mergedRound(cursors)) {
      if (signal.aborted) return
      if (found.time >= until) continue
      const { segment, skipped } = toSkip > 0 ? withoutLines(found, toSkip) : { segment: found, skipped: 0 }
      toSkip -= skipped
      if (segment === null) continue
      if (!packer.fits(segment)) yield packer.take()
      packer.add(segment)
    }
    if (!isTold) {
      for (const cursor of cursors) {
        const place = placeOf(cursor)
        if (!packer.fits(place)) yield packer.take()
        packer.add(place)
      }
      isTold = true
    }
    if (!packer.isEmpty) yield packer.take()
  } while (await waitForMore())
}

const placeOf = ({ source, stream, position }: LogCursor): LogSegment => ({
  kind: 'lines',
  source,
  stream,
  offset: position,
  time: 0,
  bytes: new Uint8Array(0),
})

/**
 * Everything that is there now. What comes later has no earlier time, so the ends are fixed first: else a file that is
 * read last could bring bytes that came after those of another one that was found empty before.
 */
async function* mergedRound(cursors: readonly LogCursor[]): AsyncGenerator<LogSegment> {
  let unread = cursors.map((cursor) => ({ cursor, end: cursor.file.end }))
  for (;;) {
    for (const { cursor, end } of unread) if (cursor.next === undefined) await cursor.fill(end)
    if (unread.some(({ cursor }) => cursor.next === undefined)) {
      unread = unread.filter(({ cursor }) => cursor.next !== undefined)
    }
    const segment = takeEarliest(unread)
    if (segment === null) return
    yield segment
  }
}

function takeEarliest(waiting: readonly { readonly cursor: LogCursor }[]): LogSegment | null {
  let earliest: LogCursor | null = null
  for (const { cursor } of waiting) {
    if (cursor.next === undefined) continue
    if (earliest?.next === undefined || cursor.next.time < earliest.next.time) earliest = cursor
  }
  const segment = earliest?.next ?? null
  earliest?.take()
  return segment
}

type Shortened = { readonly segment: LogSegment | null; readonly skipped: number }

/** Leaves out the first `lines` lines, or all there are; an unfinished one counts as well. */
function withoutLines(segment: LogSegment, lines: number): Shortened {
  if (segment.kind === 'gap') return { segment: null, skipped: 0 }
  let start = 0
  let skipped = 0
  for (; skipped < lines && start < segment.bytes.length; skipped += 1) start = lineEnd(segment.bytes, start)
  return { segment: start < segment.bytes.length ? from(segment, start) : null, skipped }
}

const from = (segment: LogLines, start: number): LogLines => ({
  ...segment,
  offset: segment.offset + start,
  bytes: segment.bytes.subarray(start),
})

function lineEnd(bytes: Uint8Array, start: number): number {
  const at = bytes.indexOf(newline, start)
  return at < 0 ? bytes.length : at + 1
}
