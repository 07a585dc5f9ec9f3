import { assertNever, type Failure, failure } from '../../shared/domain/result.ts'
import { displayName, type ProcessRow } from '../../shared/domain/rows.ts'
import { endedWell } from '../../shared/domain/run-end.ts'
import { detailSentence, endSentence } from '../../shared/text/detail.ts'
import { waitingSentence } from '../../shared/text/waiting.ts'
import type { Cli } from './cli.ts'
import { reportFailure } from './report-failure.ts'
import { fullName } from './row-text.ts'
import { exitOk } from './verb.ts'

type Done = 'Started' | 'Restarted'

/** Says of each process what its start came to. @returns 0 unless one could not be started, or nobody knows which it is */
export const reportStarts = (rows: readonly ProcessRow[], cli: Cli, done: Done = 'Started'): number =>
  worstOf(rows.map((row) => report(row, startFailure(row, cli.now()), done, cli)))

/** The same after waiting until each is up (`--wait`): one that ended instead, other than well, is a failure too. */
export const reportAwaitedStarts = (rows: readonly ProcessRow[], cli: Cli): number =>
  worstOf(rows.map((row) => report(row, startFailure(row, cli.now()) ?? endFailure(row, cli.now()), 'Started', cli)))

const worstOf = (codes: readonly number[]): number => codes.find((code) => code !== exitOk) ?? exitOk

function report(row: ProcessRow, failed: Failure | null, done: Done, cli: Cli): number {
  if (failed !== null) return reportFailure(failed, cli.err, cli.json)
  if (!cli.json) cli.out.line(startText(row, done, cli.now()))
  return exitOk
}

function startFailure(row: ProcessRow, now: number): Failure | null {
  switch (row.life.kind) {
    case 'failed': {
      const hint = `See what it wrote: procession session logs ${displayName(row)} --err. Then start it again.`
      return failure('failed', `${fullName(row)} failed: ${row.life.reason}`, hint)
    }
    case 'ambiguous': {
      const hint = 'Say which one it is: procession session attach --pid PID --alias ALIAS'
      return failure('ambiguous', `${fullName(row)}: ${detailSentence(row, now)}`, hint)
    }
    default:
      return null
  }
}

function endFailure(row: ProcessRow, now: number): Failure | null {
  const { life } = row
  const endedBadly = life.kind === 'down' || (life.kind === 'exited' && !endedWell(life.end))
  if (!endedBadly) return null
  const hint = `See what it wrote: procession session logs ${displayName(row)} --err`
  return failure('failed', `${fullName(row)} is not running: ${detailSentence(row, now)}`, hint)
}

/** One line about a process that was just started or recorded. */
export function startText(row: ProcessRow, done: Done, now: number): string {
  const { life } = row
  const name = fullName(row)
  switch (life.kind) {
    case 'up':
      return `${done} ${name}, pid ${life.program.identity.pid}`
    case 'paused':
      return `${done} ${name}, pid ${life.program.identity.pid}; it was paused meanwhile`
    case 'starting':
      return life.program === null
        ? `${done === 'Started' ? 'Starting' : 'Restarting'} ${name}`
        : `${done} ${name}, pid ${life.program.identity.pid}; not ready yet`
    case 'new':
      return `Recorded ${name}`
    case 'blocked':
      return `${name} ${lowerFirst(waitingSentence(row.waitingFor))}`
    case 'backoff':
      return `${done} ${name}; it ended already. ${detailSentence(row, now)}`
    case 'exited':
      return `${done} ${name}; it is over: ${endSentence(life.end)}`
    case 'stopping':
    case 'down':
      return `${done} ${name}; it was stopped meanwhile`
    case 'failed':
      return `${name} failed: ${life.reason}`
    case 'ambiguous':
      return `${name}: ${detailSentence(row, now)}`
    case 'unknown':
      return `${name}: not known whether it runs: ${life.reason}`
    default:
      return assertNever(life)
  }
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
