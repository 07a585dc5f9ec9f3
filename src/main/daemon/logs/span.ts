import type { FileHandle } from 'node:fs/promises'
import type { LogOrigin } from './cursor.ts'
import { keptSpans, rangeAt } from './dropped-ranges.ts'
import type { LogFile } from './log-file.ts'
import { lastLines, newline, readAt, withHandle } from './reader.ts'

/** One stream as it was when a request came. */
export type LogSource = LogOrigin & { readonly end: number; readonly generation: number }

/** Where to begin, where to stop (null: follow), and how many lines that is where somebody counts them. */
export type LogSpan = { readonly start: number; readonly stop: number | null; readonly lines: number }

/** Not before `since`, and before `until`; ms since 1970 UTC, null: no limit. */
export type TimeSpan = { readonly since: number | null; readonly until: number | null }

/**
 * Where the first line begins that came at `time` or later, as far as is known now: `end` where none did. A line came
 * when its last byte came. Throws where the file cannot be read.
 */
export async function placeOfTime({ file, end }: Pick<LogSource, 'file' | 'end'>, time: number): Promise<number> {
  const at = offsetAt(file, time)
  if (at >= end) return end
  if (at === 0) return 0
  const range = rangeAt(file.dropped, at)
  if (range !== null) return range.start
  const floor = keptSpans(file.dropped, 0, at).at(-1)?.start ?? 0
  return (await withHandle(file.path, (handle) => lineStart(handle, floor, at))) ?? at
}

/** The same of a line that has not ended yet: it will come later than all that is there. */
export async function placeOfNextLine({ file, end }: Pick<LogSource, 'file' | 'end'>): Promise<number> {
  const floor = keptSpans(file.dropped, 0, end).at(-1)?.start ?? end
  return (await withHandle(file.path, (handle) => lineStart(handle, floor, end))) ?? end
}

/** Everything up to the end, or what the times leave of it. Throws where the file cannot be read. */
export async function spanOfTimes(source: LogSource, { since, until }: TimeSpan): Promise<KnownSpan> {
  const stop = until === null ? source.end : await placeOfTime(source, until)
  const start = since === null ? 0 : await placeOfTime(source, since)
  return { start: Math.min(start, stop), stop }
}

export type KnownSpan = { readonly start: number; readonly stop: number }

/**
 * Where the last `lines` lines of a span begin, and how many there are; what was dropped counts as no line. Where there
 * are fewer, the span's own start. Throws where the file cannot be read.
 */
export async function lastLinesOf(
  file: LogFile,
  { start, stop }: KnownSpan,
  lines: number,
): Promise<{ readonly start: number; readonly count: number }> {
  if (lines === 0) return { start: stop, count: 0 }
  const found = await withHandle(file.path, async (handle) => {
    let count = 0
    for (const kept of keptSpans(file.dropped, start, stop).reverse()) {
      const last = await lastLines(handle, kept, lines - count)
      count += last.count
      if (count === lines || last.start > kept.start) return { start: last.start, count }
    }
    return { start, count }
  })
  return found ?? { start, count: 0 }
}

/** Before this offset nothing came at `time` or later. */
function offsetAt(file: LogFile, time: number): number {
  const { last } = file.index
  // The index on disk may be behind the one in memory.
  return last !== null && last.time < time ? last.offset : file.offsetAt(time)
}

/** Where the line begins that the byte before `at` belongs to, `at` where that line ended there. */
async function lineStart(handle: FileHandle, floor: number, at: number): Promise<number> {
  if (at <= floor) return floor
  const before = await readAt(handle, at - 1, 1)
  if (before[0] === newline) return at
  return (await lastLines(handle, { start: floor, end: at }, 1)).start
}
