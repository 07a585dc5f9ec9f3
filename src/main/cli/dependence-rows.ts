import type { RowsSnapshot } from '../../shared/contract/schemas.ts'
import { type Result, success } from '../../shared/domain/result.ts'
import type { DependenceRow } from '../../shared/domain/rows.ts'
import type { Cli, DaemonClient } from './cli.ts'
import { dependenceJson } from './json.ts'
import { type ProcessNames, processNames } from './process-names.ts'

export type SessionDependences = {
  readonly snapshot: RowsSnapshot
  readonly names: ProcessNames
  readonly edges: readonly DependenceRow[]
}

/** The dependences of the session of the workspace, with what is needed to name their ends. */
export async function readDependences(client: DaemonClient, cli: Cli): Promise<Result<SessionDependences>> {
  const rows = await client.call('rows.list', { workspace: cli.workspace })
  if (!rows.ok) return rows
  const own = new Set(rows.value.sessions.map((session) => session.id))
  const edges = rows.value.dependences.filter((edge) => own.has(edge.sessionId))
  return success({ snapshot: rows.value, names: processNames(rows.value), edges })
}

/** JSON of dependences that the daemon has answered. */
export async function dependencesJson(
  client: DaemonClient,
  edges: readonly DependenceRow[],
  cli: Cli,
): Promise<Result<ReturnType<typeof dependenceJson>[]>> {
  const rows = await client.call('rows.list', { workspace: cli.workspace })
  if (!rows.ok) return rows
  const names = processNames(rows.value)
  return success(edges.map((edge) => dependenceJson(edge, names)))
}
