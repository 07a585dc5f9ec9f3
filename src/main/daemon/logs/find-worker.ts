import { parentPort, workerData } from 'node:worker_threads'
import { type FindTask, findInFiles } from './find-task.ts'

// The thread of one search: it can be ended while a regular expression runs away. `find.ts` starts it.
parentPort?.postMessage(findInFiles(workerData as FindTask))
