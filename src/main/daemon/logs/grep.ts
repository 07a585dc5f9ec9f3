/// <reference types="electron-vite/node" />
import { fileURLToPath } from 'node:url'
import type { LogPlace, LogStreams } from '../../../shared/contract/contract.ts'
import { decodeLogPart, encodeLogPart, type LogLines, linesIn } from '../../../shared/contract/log-part.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { type DroppedRange, keptSpans } from './dropped-ranges.ts'
import { type FoundParts, partsOfThread } from './grep-run.ts'
import type { GrepFile, GrepTask } from './grep-task.ts'
import type { LogFiles } from './log-file.ts'
import { needleOf, type Pattern } from './needle.ts'
import { acquireSources, type LogPaths, pathsOf } from './parts.ts'
import { SearchProgress } from './search-progress.ts'
import { searchCancelled, searchTimeLimitMs, startSearchThread } from './search-thread.ts'
import { type LogSource, spanOfTimes, type TimeSpan } from './span.ts'

/** `from` and `to` have one place for each process. */
export type GrepRequest = Pattern &
  TimeSpan & {
    readonly streams: LogStreams
    readonly from: readonly LogPlace[] | null
    readonly to: readonly LogPlace[] | null
  }

/** What the thread is started with. */
export type GrepWork = { readonly task: GrepTask; readonly memory: SharedArrayBuffer }

/** Streams at once, each a thread of about 10 MB, most of them waiting for their readers. */
const maxStreams = 8

/** Streams lines of log files that match, each search in a thread of its own. */
export class Grepper {
  readonly #files: LogFiles
  readonly #timeLimitMs: number
  readonly #newProgress: () => SearchProgress
  #running = 0

  /** Tests see by `newProgress` how much a search has read. */
  constructor(files: LogFiles, timeLimitMs = searchTimeLimitMs, newProgress = () => new SearchProgress()) {
    this.#files = files
    this.#timeLimitMs = timeLimitMs
    this.#newProgress = newProgress
  }

  /**
   * `logs.grep` of the contract: encoded parts with nothing but lines that match. The thread searches on when a part is
   * asked for. Refused for a bad expression (bad_input); the parts end with a failure of too many searches (failed),
   * after 10 s without headway (timeout), or where a file cannot be read (failed).
   */
  grep(processes: readonly LogPaths[], request: GrepRequest, signal: AbortSignal): Result<FoundParts> {
    const needle = needleOf(request)
    return needle.ok ? success(this.#search(processes, request, needle.value, signal)) : needle
  }

  async *#search(
    processes: readonly LogPaths[],
    request: GrepRequest,
    needle: GrepTask['needle'],
    signal: AbortSignal,
  ): FoundParts {
    if (this.#running >= maxStreams) return tooMany()
    this.#running += 1
    const sources = acquireSources(this.#files, processes, request.streams, 'read')
    try {
      const files: GrepFile[] = []
      for (const source of sources) files.push(await fileOf(source, processes, request))
      if (signal.aborted) return searchCancelled()
      const progress = this.#newProgress()
      const work: GrepWork = { task: { files, needle }, memory: progress.memory }
      const worker = startSearchThread(await workerPath(), work)
      const parts = partsOfThread(worker, progress, { timeLimitMs: this.#timeLimitMs, signal })
      return yield* onlyKept(parts, sources)
    } finally {
      for (const { file } of sources) this.#files.release(file, 'read')
      this.#running -= 1
    }
  }
}

async function fileOf(source: LogSource, processes: readonly LogPaths[], request: GrepRequest): Promise<GrepFile> {
  const { file, stream, end } = source
  const known = await spanOfTimes(source, request)
  const from = request.from?.[source.source]?.[stream] ?? 0
  const to = request.to?.[source.source]?.[stream] ?? end
  // Behind the end: the file began anew meanwhile.
  const start = Math.max(known.start, from > end ? 0 : from)
  const paths = processes[source.source]
  return {
    source: source.source,
    stream,
    path: file.path,
    indexPath: paths === undefined ? '' : pathsOf(paths, stream).index,
    spans: keptSpans(file.dropped, start, Math.min(known.stop, to)),
    lastTime: file.index.last?.time ?? 0,
  }
}

/** Leaves out what was dropped while it was searched: it may have been read as NULs. */
async function* onlyKept(parts: FoundParts, sources: readonly LogSource[]): FoundParts {
  const droppedOf = ({ source, stream }: LogLines) =>
    sources.find((candidate) => candidate.source === source && candidate.stream === stream)?.file.dropped ?? []
  try {
    for (;;) {
      const next = await parts.next()
      if (next.done) return next.value
      const lines = linesIn(decodeLogPart(next.value))
      const kept = lines.flatMap((found) => keptOf(found, droppedOf(found)))
      if (kept.length === lines.length && kept.every((found, at) => found === lines[at])) yield next.value
      else if (kept.length > 0) yield encodeLogPart(kept)
    }
  } finally {
    await parts.return(undefined)
  }
}

function keptOf(lines: LogLines, dropped: readonly DroppedRange[]): LogLines[] {
  const end = lines.offset + lines.bytes.length
  const spans = keptSpans(dropped, lines.offset, end)
  if (spans.length === 1 && spans[0]?.start === lines.offset && spans[0].end === end) return [lines]
  return spans.map((span) => ({
    ...lines,
    offset: span.start,
    bytes: lines.bytes.subarray(span.start - lines.offset, span.end - lines.offset),
  }))
}

const tooMany = () =>
  failure('failed', `${maxStreams} searches of logs run at the same time already.`, 'Wait until one ends, or end one.')

/** The bundler makes a file of its own from the worker and names it here; from source Node runs the worker as it is. */
async function workerPath(): Promise<string> {
  if (import.meta.env?.PROD) return (await import('./grep-worker.ts?modulePath')).default
  return fileURLToPath(new URL('./grep-worker.ts', import.meta.url))
}
