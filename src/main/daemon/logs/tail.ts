import type { LogPlace, LogStreams } from '../../../shared/contract/contract.ts'
import type { LogFiles } from './log-file.ts'
import { type LogPaths, type LogSource, type LogSpan, logParts } from './parts.ts'
import { lastLines, withHandle } from './reader.ts'

export type TailRequest = {
  readonly streams: LogStreams
  readonly from: LogPlace | null
  readonly lines: number | null
  readonly follow: boolean
}

/**
 * Encoded parts (src/shared/contract/log-part.ts) of a process, oldest line first: from `from`, which may be any byte,
 * or the last `lines` lines of the chosen streams together (null: all); then, with `follow`, what comes, until `signal`
 * aborts. Streams are merged by the time of the last byte of each line, stdout first at equal times.
 *
 * A line that has no newline yet is held back until it comes, 250 ms passed or the process is no longer watched; the
 * rest then follows with the offset where the first piece ended. A line longer than a part comes in several pieces.
 * A file that was replaced, or is shorter than the place that was read up to, is followed from its start again; one
 * that was cut and grew past that place between two looks (8 ms) cannot be told from one that only grew.
 *
 * Throws where a file cannot be read.
 */
export function tailParts(
  files: LogFiles,
  paths: LogPaths,
  request: TailRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  return logParts(
    files,
    paths,
    {
      streams: request.streams,
      use: request.follow ? 'follow' : 'read',
      lineLimit: request.from === null ? request.lines : null,
      spanOf: (source) => spanOf(source, request),
    },
    signal,
  )
}

async function spanOf(source: LogSource, request: TailRequest): Promise<LogSpan> {
  const stop = request.follow ? null : source.end
  if (request.from !== null) {
    const from = request.from[source.stream]
    return { start: from > source.end ? 0 : from, stop, lines: 0 }
  }
  const { lines } = request
  if (lines === null) return { start: 0, stop, lines: 0 }
  const last = await withHandle(source.file.path, (handle) => lastLines(handle, source.end, lines))
  return { start: last?.start ?? 0, stop, lines: last?.count ?? 0 }
}
