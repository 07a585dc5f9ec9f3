/// <reference types="electron-vite/node" />
import { fileURLToPath } from 'node:url'
import type { LogStreams } from '../../../shared/contract/contract.ts'
import { type Result, success } from '../../../shared/domain/result.ts'
import { keptSpans, rangeAt } from './dropped-ranges.ts'
import type { FindOutcome, FindTask } from './find-task.ts'
import type { LogFiles } from './log-file.ts'
import { needleOf, type Pattern } from './needle.ts'
import { acquireSources, type LogPaths, pathsOf } from './parts.ts'
import { searchCancelled, searchFailed, searchTimedOut, searchTimeLimitMs, startSearchThread } from './search-thread.ts'
import type { LogSource } from './span.ts'

export type FindRequest = Pattern & { readonly streams: LogStreams }

/** Searches at once: they are busy threads, and the programs that we supervise need the processors. */
const maxSearches = 2

/** Runs searches of log files in threads of their own, a few at a time. */
export class Finder {
  readonly #files: LogFiles
  readonly #timeLimitMs: number
  #waiting: (() => void)[] = []
  #running = 0

  constructor(files: LogFiles, timeLimitMs = searchTimeLimitMs) {
    this.#files = files
    this.#timeLimitMs = timeLimitMs
  }

  /**
   * Lines with a match, as the contract's `logs.find` says, of what is kept. Failures: bad_input (the expression),
   * timeout, cancelled, failed (unreadable file).
   */
  async find(paths: LogPaths, request: FindRequest, signal: AbortSignal): Promise<Result<FindOutcome>> {
    const needle = needleOf(request)
    if (!needle.ok) return needle
    if (!(await this.#turn(signal))) return searchCancelled()
    const sources = acquireSources(this.#files, [paths], request.streams, 'read')
    try {
      const files = sources.map(({ file, stream, end }) => {
        const indexPath = pathsOf(paths, stream).index
        return { stream, path: file.path, indexPath, spans: keptSpans(file.dropped, 0, end) }
      })
      const found = await runSearch({ files, needle: needle.value }, this.#timeLimitMs, signal)
      return found.ok ? success(withoutDropped(found.value, sources)) : found
    } finally {
      for (const { file } of sources) this.#files.release(file, 'read')
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }

  /** Waits until a search may run; false where `signal` aborts first. */
  #turn(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const enter = () => {
        signal.removeEventListener('abort', leave)
        this.#running += 1
        resolve(true)
      }
      const leave = () => {
        this.#waiting = this.#waiting.filter((waiting) => waiting !== enter)
        resolve(false)
      }
      if (signal.aborted) resolve(false)
      else if (this.#running < maxSearches) enter()
      else {
        signal.addEventListener('abort', leave)
        this.#waiting.push(enter)
      }
    })
  }
}

/** Without what was dropped while it was searched: it may have been read as NULs. */
function withoutDropped({ total, hits }: FindOutcome, sources: readonly LogSource[]): FindOutcome {
  const kept = hits.filter(({ stream, offset }) => {
    const file = sources.find((source) => source.stream === stream)?.file
    return rangeAt(file?.dropped ?? [], offset) === null
  })
  return { total: total - (hits.length - kept.length), hits: kept }
}

async function runSearch(task: FindTask, timeLimitMs: number, signal: AbortSignal): Promise<Result<FindOutcome>> {
  const worker = startSearchThread(await workerPath(), task)
  let timer: NodeJS.Timeout | undefined
  let onAbort = () => {}
  try {
    return await new Promise<Result<FindOutcome>>((resolve) => {
      onAbort = () => resolve(searchCancelled())
      if (signal.aborted) onAbort()
      signal.addEventListener('abort', onAbort)
      timer = setTimeout(() => resolve(tookTooLong(timeLimitMs)), timeLimitMs)
      worker.once('message', (outcome: FindOutcome) => resolve(success(outcome)))
      worker.once('error', (error) => resolve(searchFailed(error)))
    })
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    await worker.terminate()
  }
}

/** The bundler makes a file of its own from the worker and names it here; from source Node runs the worker as it is. */
async function workerPath(): Promise<string> {
  if (import.meta.env?.PROD) return (await import('./find-worker.ts?modulePath')).default
  return fileURLToPath(new URL('./find-worker.ts', import.meta.url))
}

const tookTooLong = (timeLimitMs: number) => searchTimedOut(`The search took longer than ${timeLimitMs / 1000} s.`)
