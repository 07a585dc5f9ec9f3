import type { LogPlace, LogStreams } from '../../../shared/contract/contract.ts'
import type { LogFiles } from './log-file.ts'
import { type LogPaths, logParts } from './parts.ts'
import { type LogSource, type LogSpan, lastLinesOf, placeOfNextLine, spanOfTimes, type TimeSpan } from './span.ts'
import { delay } from './wake.ts'

/** `from` has one place for each process. */
export type MergeRequest = TimeSpan & {
  readonly streams: LogStreams
  readonly from: readonly LogPlace[] | null
  readonly lines: number | null
  readonly follow: boolean
}

/** The same of one process. */
export type TailRequest = Omit<MergeRequest, 'from'> & { readonly from: LogPlace | null }

/**
 * Encoded parts (src/shared/contract/log-part.ts) of some processes, oldest line first: from `from`, which may be any
 * bytes, or the last `lines` lines of the chosen streams together (null: all); then, with `follow`, what comes, until
 * `until` or until `signal` aborts. Merged by the time of the last byte of each line; at equal times in the order of
 * the processes, stdout before stderr. `since` and `until` leave out what came before or after.
 *
 * A line that has no newline yet is held back until it comes, 250 ms passed or the process is no longer watched; the
 * rest then follows with the offset where the first piece ended. A line longer than a part comes in several pieces.
 * A file that was replaced, or is shorter than the place that was read up to, is followed from its start again; one
 * that was cut and grew past that place between two looks (8 ms) cannot be told from one that only grew.
 *
 * Throws where a file cannot be read.
 */
export async function* tailParts(
  files: LogFiles,
  processes: readonly LogPaths[],
  request: MergeRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { streams, since, until, from, lines } = request
  const follow = request.follow && (until === null || until > files.now())
  // Nothing comes before its time: what is there then is all that has to be looked at.
  if (follow && since !== null) await delay(() => since - files.now(), signal)
  if (signal.aborted) return
  const selection = {
    streams,
    use: follow ? 'follow' : 'read',
    lineLimit: from === null ? lines : null,
    until: until ?? Number.POSITIVE_INFINITY,
    spanOf: (source: LogSource) => spanOf(source, { ...request, follow }),
  } as const
  yield* logParts(files, processes, selection, signal)
}

async function spanOf(source: LogSource, request: MergeRequest): Promise<LogSpan> {
  const known = await spanOfTimes(source, request)
  const stop = request.follow ? null : known.stop
  const place = request.from?.[source.source]?.[source.stream]
  if (place !== undefined) {
    // Behind the end: the file began anew meanwhile.
    const start = place > source.end ? known.start : Math.max(place, known.start)
    return { start: stop === null ? start : Math.min(start, stop), stop, lines: 0 }
  }
  if (request.lines !== null) {
    const last = await lastLinesOf(source.file, known, request.lines)
    return { start: last.start, stop, lines: last.count }
  }
  const isEmpty = known.start === source.end && request.since !== null
  return { start: isEmpty && stop === null ? await placeOfNextLine(source) : known.start, stop, lines: 0 }
}
