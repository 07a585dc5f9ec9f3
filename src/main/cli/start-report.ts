import { assertNever, failure } from '../../shared/domain/result.ts'
import type { ProcessRow } from '../../shared/domain/rows.ts'
import { endSentence } from '../../shared/text/detail.ts'
import type { Cli } from './cli.ts'
import { reportFailure } from './report-failure.ts'
import { fullName } from './row-text.ts'
import { exitOk, exitPartly } from './verb.ts'

/** Says of each process what its start came to. @returns 1 if one could not be started */
export function reportStarts(rows: readonly ProcessRow[], cli: Cli): number {
  let code = exitOk
  for (const row of rows) {
    if (row.life.kind === 'failed') {
      const hint = 'Check the command, then start it again: procession session start --help'
      reportFailure(failure('failed', `${fullName(row)} failed: ${row.life.reason}`, hint), cli.err, cli.json)
      code = exitPartly
    } else if (!cli.json) {
      cli.out.line(startText(row))
    }
  }
  return code
}

/** One line about a process that was just started or recorded. */
function startText(row: ProcessRow): string {
  const { life } = row
  switch (life.kind) {
    case 'up':
      return `Started ${fullName(row)}, pid ${life.program.identity.pid}`
    case 'starting':
      return `Starting ${fullName(row)}`
    case 'new':
      return `Recorded ${fullName(row)}`
    case 'exited':
      return `Started ${fullName(row)}; it is over: ${endSentence(life.end)}`
    case 'stopping':
    case 'down':
      return `Started ${fullName(row)}; it was stopped meanwhile`
    case 'failed':
      return `${fullName(row)} failed: ${life.reason}`
    case 'unknown':
      return `${fullName(row)}: not known whether it runs: ${life.reason}`
    default:
      return assertNever(life)
  }
}
