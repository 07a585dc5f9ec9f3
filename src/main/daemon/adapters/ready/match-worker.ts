import { parentPort, workerData } from 'node:worker_threads'
import { anyLineMatches, type MatchTask } from './match-task.ts'

// The thread that looks at the output of one try: it can be ended while a regular expression runs away.
parentPort?.postMessage(anyLineMatches(workerData as MatchTask))
