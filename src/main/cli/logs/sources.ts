import type { LogPlace } from '../../../shared/contract/contract.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import { attachedOutput, isAttached } from '../../../shared/text/attached.ts'
import type { Cli, DaemonClient } from '../cli.ts'
import { targetOf } from '../targets.ts'

/** A process whose log is read. */
export type LogSource = { readonly id: string; readonly name: string }

/** The daemon reads no more of them together. */
const maxSources = 64

/** The processes of these names, each once; of none, all of the session. What a reader should know of them is said. */
export async function findSources(
  client: DaemonClient,
  names: readonly string[],
  cli: Cli,
): Promise<Result<readonly LogSource[]>> {
  const rows = names.length === 0 ? await allRows(client, cli) : await namedRows(client, names, cli)
  if (!rows.ok) return rows
  if (rows.value.length > maxSources) {
    return failure(
      'bad_input',
      `${rows.value.length} processes are too many to read their logs together`,
      `Name up to ${maxSources} of them.`,
    )
  }
  for (const row of rows.value) sayWhereItGoes(row, rows.value.length > 1, cli)
  return success(rows.value.map((row) => ({ id: row.id, name: displayName(row) })))
}

async function allRows(client: DaemonClient, cli: Cli): Promise<Result<readonly ProcessRow[]>> {
  const list = await client.call('rows.list', { workspace: cli.workspace })
  if (!list.ok || list.value.processes.length > 0) return list.ok ? success(list.value.processes) : list
  return failure('not_found', 'The session has no processes', 'Start one: procession session start -- COMMAND')
}

async function namedRows(
  client: DaemonClient,
  names: readonly string[],
  cli: Cli,
): Promise<Result<readonly ProcessRow[]>> {
  const rows = new Map<string, ProcessRow>()
  for (const name of names) {
    const shown = await client.call('process.show', targetOf(name, cli))
    if (!shown.ok) return shown
    rows.set(shown.value.row.id, shown.value.row)
  }
  return success([...rows.values()])
}

function sayWhereItGoes(row: ProcessRow, isOneOfMany: boolean, cli: Cli): void {
  if (isAttached(row)) cli.err.line(`procession: ${isOneOfMany ? `${displayName(row)}: ` : ''}${attachedOutput}`)
}

/** Behind the last line that each of them has now. */
export async function endsOf(client: DaemonClient, sources: readonly LogSource[]): Promise<Result<LogPlace[]>> {
  const places: LogPlace[] = []
  for (const { id } of sources) {
    const place = await client.call('logs.place', { target: { id }, at: null })
    if (!place.ok) return place
    places.push(place.value)
  }
  return success(places)
}
