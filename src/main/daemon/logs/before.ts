import type { LogPlace, LogStreams } from '../../../shared/contract/contract.ts'
import type { LogFiles } from './log-file.ts'
import { type LogPaths, type LogSource, type LogSpan, logParts } from './parts.ts'
import { firstLineStart, withHandle } from './reader.ts'

export type BeforeRequest = { readonly streams: LogStreams; readonly before: LogPlace; readonly maxBytes: number }

/**
 * Encoded parts of the lines that end at `before`, oldest first, at most `maxBytes` of each stream: whole lines, except
 * that a single line longer than that is given by its last `maxBytes`. Throws where a file cannot be read.
 */
export function beforeParts(
  files: LogFiles,
  paths: LogPaths,
  request: BeforeRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const spanOf = (source: LogSource) => spanBefore(source, request)
  return logParts(files, paths, { streams: request.streams, use: 'read', lineLimit: null, spanOf }, signal)
}

async function spanBefore(source: LogSource, request: BeforeRequest): Promise<LogSpan> {
  const stop = Math.min(request.before[source.stream], source.end)
  const earliest = Math.max(0, stop - request.maxBytes)
  const start = await withHandle(source.file.path, (handle) => firstLineStart(handle, earliest, stop))
  return { start: start ?? 0, stop, lines: 0 }
}
