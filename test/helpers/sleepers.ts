import { randomInt } from 'node:crypto'
import process from 'node:process'
import { pidsWith } from './daemon-lab.ts'

/** Seconds, as an argument of sleep(1), that nothing else on this machine sleeps for: such a sleep can be found again. */
export const someSeconds = (): string => `${randomInt(10_000_000, 99_999_999)}.${process.pid}`

/** Pids of those that sleep for so long, or carry that as their last argument. */
export const sleepersOf = (seconds: string): number[] => pidsWith(`sleep\0${seconds}`)
