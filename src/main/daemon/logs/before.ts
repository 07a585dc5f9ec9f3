import type { LogPlace, LogStreams } from '../../../shared/contract/contract.ts'
import { keptSpans } from './dropped-ranges.ts'
import type { LogFiles } from './log-file.ts'
import { type LogPaths, logParts } from './parts.ts'
import { firstLineStart, withHandle } from './reader.ts'
import type { LogSource, LogSpan } from './span.ts'

export type BeforeRequest = { readonly streams: LogStreams; readonly before: LogPlace; readonly maxBytes: number }

/**
 * Encoded parts of the lines that end at `before`, oldest first, at most `maxBytes` of each stream: whole lines, except
 * that a single line longer than that is given by its last `maxBytes`. Gaps are passed whole and count nothing. Throws
 * where a file cannot be read.
 */
export function beforeParts(
  files: LogFiles,
  paths: LogPaths,
  request: BeforeRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const spanOf = (source: LogSource) => spanBefore(source, request)
  const selection = {
    streams: request.streams,
    use: 'read',
    lineLimit: null,
    until: Number.POSITIVE_INFINITY,
    spanOf,
  } as const
  return logParts(files, [paths], selection, signal)
}

async function spanBefore({ file, stream, end }: LogSource, request: BeforeRequest): Promise<LogSpan> {
  const stop = Math.min(request.before[stream], end)
  let left = request.maxBytes
  for (const kept of keptSpans(file.dropped, 0, stop).reverse()) {
    const earliest = kept.end - left
    if (earliest > kept.start) {
      const start = await withHandle(file.path, (handle) => firstLineStart(handle, earliest, kept.end))
      // A piece of a line is only worth having where there is nothing else.
      const isPiece = start === earliest && left < request.maxBytes
      return { start: isPiece ? kept.end : (start ?? 0), stop, lines: 0 }
    }
    left -= kept.end - kept.start
  }
  return { start: 0, stop, lines: 0 }
}
