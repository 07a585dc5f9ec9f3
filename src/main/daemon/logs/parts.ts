import type { LogStreams } from '../../../shared/contract/contract.ts'
import { LogCursor, type LogStream } from './cursor.ts'
import type { LogFiles, LogUse } from './log-file.ts'
import { mergedParts } from './merge.ts'
import { blockBytes } from './part-packer.ts'
import type { LogSource, LogSpan } from './span.ts'
import { Wake } from './wake.ts'

/** Absolute paths of the two logs of one process and of their time indexes. */
export type LogPaths = {
  readonly outPath: string
  readonly errPath: string
  readonly indexOutPath: string
  readonly indexErrPath: string
}

export type PartsRequest = {
  readonly streams: LogStreams
  readonly use: 'follow' | 'read'
  /** Only so many of the last lines of all spans together; null: all. */
  readonly lineLimit: number | null
  /** Lines of this time or later are left out: ms since 1970 UTC, may be infinite. Following ends then. */
  readonly until: number
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
 * The chosen streams of some processes as they are now, in the order that ties of time are broken. Each keeps its file
 * in use until `files.release`.
 */
export function acquireSources(
  files: LogFiles,
  processes: readonly LogPaths[],
  streams: LogStreams,
  use: LogUse,
): LogSource[] {
  return processes.flatMap((paths, source) =>
    streamsOf(streams).map((stream) => {
      const { log, index } = pathsOf(paths, stream)
      const file = files.acquire(log, index, use)
      file.refreshDropped()
      return { source, stream, file, end: file.end, generation: file.generation }
    }),
  )
}

/**
 * Encoded parts of the spans of the chosen streams, merged by time. Ends when `signal` aborts, and gives the files back
 * then. Throws where a file cannot be read.
 */
export async function* logParts(
  files: LogFiles,
  processes: readonly LogPaths[],
  request: PartsRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const sources = acquireSources(files, processes, request.streams, request.use)
  const wake = new Wake(
    sources.map(({ file }) => file),
    signal,
    () => request.until - files.now(),
  )
  const cursors: LogCursor[] = []
  try {
    let lines = 0
    for (const source of sources) {
      const span = await request.spanOf(source)
      lines += span.lines
      cursors.push(new LogCursor(source, { ...span, generation: source.generation }, blockBytes))
    }
    yield* mergedParts(cursors, {
      skipLines: request.lineLimit === null ? 0 : Math.max(0, lines - request.lineLimit),
      until: request.until,
      // Without them a reader that is cut off does not know where files are read up to of which no line came.
      tellsPlaces: request.use === 'follow' && request.lineLimit !== null,
      waitForMore: () => (request.use === 'follow' ? wake.wait(cursors) : Promise.resolve(false)),
      signal,
    })
  } finally {
    wake.close()
    for (const cursor of cursors) await cursor.close()
    for (const { file } of sources) files.release(file, request.use)
  }
}
