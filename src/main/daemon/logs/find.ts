/// <reference types="electron-vite/node" />
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { LogStreams } from '../../../shared/contract/contract.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { FindOutcome, FindTask } from './find-task.ts'
import type { Needle } from './line-search.ts'
import { type LogPaths, pathsOf, streamsOf } from './parts.ts'

export type FindRequest = {
  readonly streams: LogStreams
  readonly query: string
  readonly regex: boolean
  readonly caseSensitive: boolean
}

/** Longer than a plain search of several GB takes, short enough that nobody thinks it hangs for ever. */
const defaultTimeLimitMs = 10_000
/** Searches at once: they are busy threads, and the programs that we supervise need the processors. */
const maxSearches = 2
/** A search needs a few MB; this ends one that a pattern makes grow. */
const maxHeapMegabytes = 256

/** Runs searches of log files in threads of their own, a few at a time. */
export class Finder {
  readonly #timeLimitMs: number
  #waiting: (() => void)[] = []
  #running = 0

  constructor(timeLimitMs = defaultTimeLimitMs) {
    this.#timeLimitMs = timeLimitMs
  }

  /**
   * Lines with a match, as the contract's `logs.find` says. A regular expression is one of JavaScript, with the flag
   * `u` where it is valid with it. Failures: bad_input (the expression), timeout, cancelled, failed (unreadable file).
   */
  async find(paths: LogPaths, request: FindRequest, signal: AbortSignal): Promise<Result<FindOutcome>> {
    const needle = needleOf(request)
    if (!needle.ok) return needle
    const files = streamsOf(request.streams).map((stream) => {
      const { log, index } = pathsOf(paths, stream)
      return { stream, path: log, indexPath: index }
    })
    if (!(await this.#turn(signal))) return cancelled()
    try {
      return await runSearch({ files, needle: needle.value }, this.#timeLimitMs, signal)
    } finally {
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

function needleOf(request: FindRequest): Result<Needle> {
  if (!request.regex && request.caseSensitive) return success({ kind: 'text', text: request.query })
  const source = request.regex ? request.query : request.query.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const caseFlag = request.caseSensitive ? '' : 'i'
  let reason = ''
  for (const flags of [`u${caseFlag}`, caseFlag]) {
    try {
      new RegExp(source, flags)
      return success({ kind: 'pattern', source, flags })
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error)
    }
  }
  return failure('bad_input', reason, 'Correct the regular expression, or search for it as plain text.')
}

async function runSearch(task: FindTask, timeLimitMs: number, signal: AbortSignal): Promise<Result<FindOutcome>> {
  const worker = new Worker(await workerPath(), {
    workerData: task,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes },
  })
  let timer: NodeJS.Timeout | undefined
  let onAbort = () => {}
  try {
    return await new Promise<Result<FindOutcome>>((resolve) => {
      onAbort = () => resolve(cancelled())
      if (signal.aborted) onAbort()
      signal.addEventListener('abort', onAbort)
      timer = setTimeout(() => resolve(timedOut(timeLimitMs)), timeLimitMs)
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

const cancelled = () => failure('cancelled', 'The search was cancelled.')

const timedOut = (timeLimitMs: number) =>
  failure(
    'timeout',
    `The search took longer than ${timeLimitMs / 1000} s.`,
    'Search for plain text, or write a simpler regular expression (no repetition inside a repetition).',
  )

const searchFailed = (error: unknown) =>
  failure('failed', `The log could not be searched: ${error instanceof Error ? error.message : String(error)}`)
