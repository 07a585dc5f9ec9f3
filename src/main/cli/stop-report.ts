import type { StopReport } from '../../shared/contract/contract.ts'
import { type Result, success } from '../../shared/domain/result.ts'
import type { Cli, DaemonClient } from './cli.ts'
import { pidOf } from './json.ts'
import { processesJson } from './processes-json.ts'
import { fullName } from './row-text.ts'
import { settleAll } from './settle.ts'
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
  } else {
    const survivors = new Set(report.survivors.map((survivor) => survivor.name))
    for (const row of rows) {
      if (survivors.has(row.name) || (row.alias !== null && survivors.has(row.alias))) continue
      const pid = pidOf(row.life)
      cli.out.line(`${done} ${fullName(row)}${pid === null ? '' : `, pid ${pid}`}`)
    }
  }
  for (const { name, pids } of report.survivors) {
    cli.err.line(`procession: ${name} could not be stopped: still alive: ${pids.join(', ')}`)
  }
  return success(report.survivors.length === 0 ? exitOk : exitPartly)
}
