import type { OutputOf } from '../../../shared/contract/contract.ts'
import { type Failure, failure, type Result, success } from '../../../shared/domain/result.ts'
import { isConsentNeeded } from '../../../shared/text/refusals.ts'
import type { Cli, DaemonClient } from '../cli.ts'
import { processJson } from '../json.ts'
import { printProcesses } from '../process-text.ts'
import { settleAll } from '../settle.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'
import { givenFolder, pathOption } from '../workspace-argument.ts'

export const sessionActivate: Verb = {
  path: ['session', 'activate'],
  summary: 'supervise a session from now on and start what should be up',
  operands: '[path]',
  options: [pathOption, { flags: '--yes', description: 'run a workspace that is new on this machine without asking' }],
  examples: ['procession session activate', 'procession session activate ~/workspace/atlas --yes'],
  notes: [
    'What runs already is taken back first; then parents are started before their children.',
    'Harmless where the session is active already. A workspace that came from elsewhere shows what it would run and asks.',
  ],
  run: activate,
}

type Activated = OutputOf<'sessions.activate'>

async function activate(invocation: Invocation, cli: Cli): Promise<Result<number>> {
  const folder = givenFolder(invocation, cli)
  if (!folder.ok) return folder
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const answer = await activateWithConsent(client.value, folder.value ?? cli.workspace, invocation, cli)
  if (!answer.ok) return answer
  const rows = await settleAll(client.value, answer.value.processes)
  if (cli.json) cli.out.json(activatedJson({ ...answer.value, processes: rows }, cli.now()))
  else sayActivated({ ...answer.value, processes: rows }, cli)
  return success(exitOk)
}

async function activateWithConsent(
  client: DaemonClient,
  workspace: string,
  { options }: Invocation,
  cli: Cli,
): Promise<Result<Activated>> {
  const yes = options.flag('yes')
  const answer = await client.call('sessions.activate', { workspace, yes })
  if (answer.ok || yes || cli.confirm === null || !isConsentNeeded(answer)) return answer
  if (await consents(answer, cli.confirm, cli)) return client.call('sessions.activate', { workspace, yes: true })
  return failure('conflict', 'Nothing was activated')
}

function consents({ message }: Failure, confirm: NonNullable<Cli['confirm']>, cli: Cli): Promise<boolean> {
  for (const line of message.split('\n')) cli.err.line(line)
  return confirm('Activate it?')
}

const activatedJson = ({ session, alreadyActive, adopted, processes }: Activated, now: number) => ({
  id: session.id,
  name: session.name,
  path: session.path,
  active: session.active,
  already_active: alreadyActive,
  adopted,
  processes: processes.map((row) => processJson(row, session.name, now)),
})

function sayActivated({ session, alreadyActive, adopted, processes }: Activated, cli: Cli): void {
  cli.out.line(alreadyActive ? `Session ${session.name} is already active` : `Activated session ${session.name}`)
  if (adopted.length > 0) cli.out.line(`Found running: ${adopted.join(', ')}`)
  if (processes.length > 0) printProcesses(cli.out, processes, cli.now())
}
