import { parentPort, workerData } from 'node:worker_threads'
import type { GrepWork } from './grep.ts'
import type { GrepMessage } from './grep-run.ts'
import { grepFiles } from './grep-task.ts'
import { SearchProgress } from './search-progress.ts'

// The thread of one stream of found lines: it can be ended at any moment. `grep.ts` starts it.
const { task, memory } = workerData as GrepWork
const progress = new SearchProgress(memory)
let sent = 0

grepFiles(task, progress, (part) => {
  sent += 1
  const message: GrepMessage = part
  parentPort?.postMessage(message, [part.buffer])
  progress.awaitTaken(sent)
})
const end: GrepMessage = null
parentPort?.postMessage(end)
