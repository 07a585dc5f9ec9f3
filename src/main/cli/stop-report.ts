import type { StopReport } from '../../shared/contract/contract.ts'
import { type Result, success } from '../../shared/domain/result.ts'
import type { ProcessRow } from '../../shared/domain/rows.ts'
import type { Cli, DaemonClient } from './cli.ts'
import { processesJson } from './processes-json.ts'
import { fullName } from './row-text.ts'
import { settleAll } from './settle.ts'
import { reportStarts } from './start-report.ts'
import { exitOk, exitPartly } from './verb.ts'

/** Says what became of each process of a stop or restart, and whom it could not end. */
export async function reportStops(
  done: 'Stopped' | 'Restarted',
  report: StopReport,
  client: DaemonClient,
  cli: Cli,
): Promise<Result<number>> {
  const rows = await settleAll(client, report.processes)
  if (cli.json) {
    const processes = await processesJson(client, rows, cli)
    if (!processes.ok) return processes
    cli.out.json({ processes: processes.value, survivors: report.survivors })
  }
  const ended = rows.filter((row) => !survives(row, report.survivors))
  const code = done === 'Restarted' ? reportStarts(ended, cli, done) : sayStopped(ended, cli)
  return success(reportSurvivors(report.survivors, cli) === exitOk ? code : exitPartly)
}

type Survivors = StopReport['survivors']

const survives = (row: ProcessRow, survivors: Survivors): boolean =>
  survivors.some(({ name }) => name === row.name || name === row.alias)

function sayStopped(rows: readonly ProcessRow[], cli: Cli): number {
  if (!cli.json) for (const row of rows) cli.out.line(`Stopped ${fullName(row)}`)
  return exitOk
}

/** Names on standard error what is still alive. @returns 1 if anything is */
export function reportSurvivors(survivors: Survivors, cli: Cli): number {
  for (const { name, pids } of survivors) {
    cli.err.line(`procession: ${name} could not be stopped: still alive: ${pids.join(', ')}`)
  }
  return survivors.length === 0 ? exitOk : exitPartly
}
