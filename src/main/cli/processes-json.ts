import { type Result, success } from '../../shared/domain/result.ts'
import type { ProcessRow } from '../../shared/domain/rows.ts'
import type { Cli, DaemonClient } from './cli.ts'
import { type ProcessJson, processJson } from './json.ts'

/** JSON of processes of the session of the workspace, with its name. */
export async function processesJson(
  client: DaemonClient,
  rows: readonly ProcessRow[],
  cli: Cli,
): Promise<Result<ProcessJson[]>> {
  const answer = await client.call('rows.list', { workspace: cli.workspace })
  if (!answer.ok) return answer
  const names = new Map(answer.value.sessions.map((session) => [session.id, session.name]))
  return success(rows.map((row) => processJson(row, names.get(row.sessionId) ?? '', cli.now())))
}
