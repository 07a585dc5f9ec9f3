import type { RowsSnapshot } from '../../../shared/contract/schemas.ts'
import { type Result, success } from '../../../shared/domain/result.ts'
import type { Cli, DaemonClient } from '../cli.ts'
import { detailFields, detailSections } from '../detail-text.ts'
import { processDetailJson, processJson } from '../json.ts'
import { processNames } from '../process-names.ts'
import { printProcesses } from '../process-text.ts'
import { sessionRemarks } from '../session-remarks.ts'
import { printFields } from '../table.ts'
import { targetOf } from '../targets.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionShow: Verb = {
  path: ['session', 'show'],
  summary: 'show the processes of the session, or all about one',
  operands: '[NAME]',
  options: [],
  examples: [
    'procession session show',
    'procession session show master.tws',
    'procession -C ~/workspace/atlas session show --json',
  ],
  notes: ['The session is that of the current folder or of one above it, or of -C.'],
  run: show,
}

async function show({ operands }: Invocation, cli: Cli): Promise<Result<number>> {
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const rows = await client.value.call('rows.list', { workspace: cli.workspace })
  if (!rows.ok) return rows
  const [name] = operands
  return name === undefined ? showAll(rows.value, cli) : showOne(client.value, name, rows.value, cli)
}

const sessionNameOf = (snapshot: RowsSnapshot, sessionId: string): string =>
  snapshot.sessions.find((session) => session.id === sessionId)?.name ?? ''

function showAll(snapshot: RowsSnapshot, cli: Cli): Result<number> {
  const now = cli.now()
  if (cli.json) {
    cli.out.json(snapshot.processes.map((row) => processJson(row, sessionNameOf(snapshot, row.sessionId), now)))
    return success(exitOk)
  }
  for (const remark of snapshot.sessions.flatMap(sessionRemarks)) cli.err.line(`procession: ${remark}`)
  if (snapshot.processes.length === 0) cli.err.line('No processes yet. Start one: procession session start -- COMMAND')
  else printProcesses(cli.out, snapshot.processes, now)
  return success(exitOk)
}

async function showOne(client: DaemonClient, name: string, snapshot: RowsSnapshot, cli: Cli): Promise<Result<number>> {
  const answer = await client.call('process.show', targetOf(name, cli))
  if (!answer.ok) return answer
  const session = sessionNameOf(snapshot, answer.value.row.sessionId)
  const names = processNames(snapshot)
  if (cli.json) {
    cli.out.json(processDetailJson(answer.value, session, names, cli.now()))
    return success(exitOk)
  }
  printFields(cli.out, detailFields(answer.value, session, names, cli.now()))
  for (const line of detailSections(answer.value, cli.now())) cli.out.line(line)
  return success(exitOk)
}
