/// <reference types="electron-vite/node" />
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { MatchTask } from './match-task.ts'

/** A few MB of lines take milliseconds; what takes this long is a pattern that never ends. */
export const matchTimeLimitMs = 5000
/** The lines of one try and room to spare; this ends a thread that a pattern makes grow. */
const maxHeapMegabytes = 64

/**
 * Whether one of the lines matches, found in a thread of its own: some patterns take hours for a short line, and the
 * daemon must answer meanwhile. False as well when the time limit is over or `signal` aborts.
 */
export async function matchInThread(
  task: MatchTask,
  signal: AbortSignal,
  timeLimitMs = matchTimeLimitMs,
): Promise<boolean> {
  const worker = new Worker(await workerPath(), {
    workerData: task,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes },
  })
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)])
  try {
    return await new Promise<boolean>((resolve) => {
      if (limit.aborted) resolve(false)
      limit.addEventListener('abort', () => resolve(false))
      worker.once('message', (matched: boolean) => resolve(matched))
      worker.once('error', () => resolve(false))
    })
  } finally {
    await worker.terminate()
  }
}

/** The bundler makes a file of its own from the worker and names it here; from source Node runs the worker as it is. */
async function workerPath(): Promise<string> {
  if (import.meta.env?.PROD) return (await import('./match-worker.ts?modulePath')).default
  return fileURLToPath(new URL('./match-worker.ts', import.meta.url))
}
