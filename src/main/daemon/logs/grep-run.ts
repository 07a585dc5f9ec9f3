import type { Worker } from 'node:worker_threads'
import type { Failure } from '../../../shared/domain/result.ts'
import type { SearchProgress } from './search-progress.ts'
import { searchCancelled, searchFailed, searchTimedOut } from './search-thread.ts'

/** An encoded part, or null at the end. */
export type GrepMessage = Uint8Array<ArrayBuffer> | null

/** Ends with a failure where the search could not come to its end. */
export type FoundParts = AsyncGenerator<Uint8Array, Failure | undefined>

/** So often in the time that a search may stand still somebody looks whether it does. */
const looksPerLimit = 5

/** What a searching thread finds, part by part; the thread ends with it. */
export async function* partsOfThread(
  worker: Worker,
  progress: SearchProgress,
  { timeLimitMs, signal }: { readonly timeLimitMs: number; readonly signal: AbortSignal },
): FoundParts {
  const outcomes: (GrepMessage | Failure)[] = []
  let wake = () => {}
  const put = (outcome: GrepMessage | Failure) => {
    outcomes.push(outcome)
    wake()
  }
  const onAbort = () => put(searchCancelled())
  worker.on('message', put)
  worker.once('error', (error) => put(searchFailed(error)))
  signal.addEventListener('abort', onAbort)
  const stopLooking = watchHeadway(progress, timeLimitMs, () => put(stuck(timeLimitMs)))
  try {
    if (signal.aborted) return searchCancelled()
    for (;;) {
      const outcome = outcomes.shift()
      if (outcome === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      } else if (outcome === null) {
        return undefined
      } else if (outcome instanceof Uint8Array) {
        yield outcome
        progress.take()
      } else {
        return outcome
      }
    }
  } finally {
    stopLooking()
    signal.removeEventListener('abort', onAbort)
    await worker.terminate()
  }
}

/** Calls back once when a search that nobody keeps waiting stood still for `timeLimitMs`. */
function watchHeadway(progress: SearchProgress, timeLimitMs: number, onStuck: () => void): () => void {
  let headway = progress.headway
  let since = performance.now()
  const look = () => {
    const now = performance.now()
    if (progress.isWaiting || progress.headway !== headway) {
      headway = progress.headway
      since = now
    } else if (now - since >= timeLimitMs) {
      clearInterval(timer)
      onStuck()
    }
  }
  const timer = setInterval(look, timeLimitMs / looksPerLimit)
  return () => clearInterval(timer)
}

const stuck = (timeLimitMs: number) =>
  searchTimedOut(`The search was ended: one line took longer than ${timeLimitMs / 1000} s.`)
