import path from 'node:path'
import { success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionInit: Verb = {
  path: ['session', 'init'],
  summary: 'make a folder the workspace of a session; harmless where it is one already',
  operands: '[path]',
  options: [{ flags: '-n, --name <name>', description: 'name of the session (else that of the folder)' }],
  examples: ['procession session init ~/workspace/atlas', 'procession session init --name atlas'],
  run: init,
}

async function init({ operands, options }: Invocation, cli: Cli) {
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const folder = path.resolve(cli.workspace, operands[0] ?? '.')
  const name = options.text('name')
  const answer = await client.value.call('sessions.init', { path: folder, ...(name === undefined ? {} : { name }) })
  if (!answer.ok) return answer
  const { session, created } = answer.value
  if (cli.json)
    cli.out.json({ id: session.id, name: session.name, path: session.path, active: session.active, created })
  else
    cli.out.line(
      created ? `Created session ${session.name} in ${session.path}` : `Session ${session.name} is in ${session.path}`,
    )
  if (session.readOnly !== null) cli.err.line(`procession: read only: ${session.readOnly.message}`)
  return success(exitOk)
}
