import { type Result, success } from '../../../shared/domain/result.ts'
import type { ProcessRow } from '../../../shared/domain/rows.ts'
import type { Cli } from '../cli.ts'
import { processJson } from '../json.ts'
import { printProcesses } from '../process-text.ts'
import { fullName } from '../row-text.ts'
import { reportSurvivors } from '../stop-report.ts'
import { exitOk, exitPartly, type Invocation, type Verb } from '../verb.ts'
import { givenFolder, pathOption } from '../workspace-argument.ts'

export const sessionDeactivate: Verb = {
  path: ['session', 'deactivate'],
  summary: 'stop supervising a session, and stop its processes that have shutdown 1',
  operands: '[path]',
  options: [pathOption],
  examples: ['procession session deactivate', 'procession session deactivate ~/workspace/atlas'],
  notes: [
    'Children are stopped before what they depend on. What has shutdown 0 runs on, unsupervised.',
    'Exits with 1 and names what is still alive if anything survives.',
  ],
  run: deactivate,
}

async function deactivate(invocation: Invocation, cli: Cli): Promise<Result<number>> {
  const folder = givenFolder(invocation, cli)
  if (!folder.ok) return folder
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const answer = await client.value.call('sessions.deactivate', { workspace: folder.value ?? cli.workspace })
  if (!answer.ok) return answer
  const { session, processes, survivors } = answer.value
  if (cli.json) {
    cli.out.json({
      id: session.id,
      name: session.name,
      path: session.path,
      active: session.active,
      processes: processes.map((row) => processJson(row, session.name, cli.now())),
      survivors,
    })
  } else {
    cli.out.line(`Deactivated session ${session.name}`)
    if (processes.length > 0) printProcesses(cli.out, processes, cli.now())
  }
  const unseen = reportUnseen(processes, cli)
  return success(reportSurvivors(survivors, cli) === exitOk ? unseen : exitPartly)
}

/** Names on standard error what could not be stopped yet, because its host is away. @returns 1 if there is any */
function reportUnseen(processes: readonly ProcessRow[], cli: Cli): number {
  const unseen = processes.flatMap((row) =>
    row.life.kind === 'unknown' && row.life.stop !== null ? [{ name: fullName(row), reason: row.life.reason }] : [],
  )
  for (const { name, reason } of unseen) {
    cli.err.line(`procession: ${name} could not be stopped now: ${reason}`)
    cli.err.line('  It is stopped as soon as it can be seen again')
  }
  return unseen.length === 0 ? exitOk : exitPartly
}
