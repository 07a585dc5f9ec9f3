import type { LogStreams } from '../../../shared/contract/contract.ts'
import { LogCursor, type LogStream } from './cursor.ts'
import type { LogFile, LogFiles } from './log-file.ts'
import { blockBytes, mergedParts } from './merge.ts'
import { Wake } from './wake.ts'

/** Absolute paths of the two logs of one process and of their time indexes. */
export type LogPaths = {
  readonly outPath: string
  readonly errPath: string
  readonly indexOutPath: string
  readonly indexErrPath: string
}

/** One stream as it was when a request came. */
export type LogSource = {
  readonly stream: LogStream
  readonly file: LogFile
  readonly end: number
  readonly generation: number
}

/** Where to begin, where to stop (null: follow), and how many lines that is where somebody counts them. */
export type LogSpan = { readonly start: number; readonly stop: number | null; readonly lines: number }

export type PartsRequest = {
  readonly streams: LogStreams
  readonly use: 'follow' | 'read'
  /** Only so many of the last lines of all spans together; null: all. */
  readonly lineLimit: number | null
  readonly spanOf: (source: LogSource) => Promise<LogSpan>
}

export function streamsOf(streams: LogStreams): readonly LogStream[] {
  return streams === 'both' ? ['out', 'err'] : [streams]
}

/** The log file of a stream and its index. */
export function pathsOf(paths: LogPaths, stream: LogStream): { readonly log: string; readonly index: string } {
  return stream === 'out'
    ? { log: paths.outPath, index: paths.indexOutPath }
    : { log: paths.errPath, index: paths.indexErrPath }
}

/**
 * Encoded parts of the spans of the chosen streams, merged by time. Ends when `signal` aborts, and gives the files back
 * then. Throws where a file cannot be read.
 */
export async function* logParts(
  files: LogFiles,
  paths: LogPaths,
  request: PartsRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const sources = streamsOf(request.streams).map((stream) => acquire(files, paths, stream, request.use))
  const wake = new Wake(
    sources.map((source) => source.file),
    signal,
  )
  const cursors: LogCursor[] = []
  try {
    let lines = 0
    for (const source of sources) {
      const span = await request.spanOf(source)
      lines += span.lines
      cursors.push(new LogCursor(source.stream, source.file, { ...span, generation: source.generation }, blockBytes))
    }
    const skip = request.lineLimit === null ? 0 : Math.max(0, lines - request.lineLimit)
    const waitForMore = () => (request.use === 'follow' ? wake.wait(cursors) : Promise.resolve(false))
    for await (const part of mergedParts(cursors, skip, waitForMore)) {
      if (signal.aborted) return
      yield part
    }
  } finally {
    wake.close()
    for (const cursor of cursors) await cursor.close()
    for (const source of sources) files.release(source.file, request.use)
  }
}

function acquire(files: LogFiles, paths: LogPaths, stream: LogStream, use: 'follow' | 'read'): LogSource {
  const { log, index } = pathsOf(paths, stream)
  const file = files.acquire(log, index, use)
  return { stream, file, end: file.end, generation: file.generation }
}
