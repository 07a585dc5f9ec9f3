import { Worker } from 'node:worker_threads'
import { failure } from '../../../shared/domain/result.ts'

/** Longer than a plain search of several GB takes, short enough that nobody thinks it hangs for ever. */
export const searchTimeLimitMs = 10_000
/** A search needs a few MB; this ends one that a pattern makes grow. */
const maxHeapMegabytes = 256

/** Starts the thread of one search. */
export function startSearchThread(path: string, workerData: unknown): Worker {
  return new Worker(path, {
    workerData,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes },
  })
}

export const searchCancelled = () => failure('cancelled', 'The search was cancelled.')

export const searchTimedOut = (what: string) =>
  failure(
    'timeout',
    what,
    'Search for plain text, or write a simpler regular expression (no repetition inside a repetition).',
  )

export const searchFailed = (error: unknown) =>
  failure('failed', `The log could not be searched: ${error instanceof Error ? error.message : String(error)}`)
