import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionExport: Verb = {
  path: ['session', 'export'],
  summary: 'print the session as YAML that session import reads',
  operands: '',
  options: [{ flags: '--with-secrets', description: 'with the values of secrets; asks on a terminal' }],
  examples: ['procession session export > atlas.yaml', 'procession session export --with-secrets > atlas.yaml'],
  notes: ['Without --with-secrets the values of secrets are dots.'],
  run: exportSession,
}

async function exportSession({ options }: Invocation, cli: Cli): Promise<Result<number>> {
  const withSecrets = options.flag('withSecrets')
  const allowed = withSecrets ? await confirmSecrets(cli) : success(null)
  if (!allowed.ok) return allowed
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const answer = await client.value.call('sessions.export', { workspace: cli.workspace, withSecrets })
  if (!answer.ok) return answer
  const { yaml } = answer.value
  if (cli.json) cli.out.json({ yaml })
  else if (cli.out.isTerminal) for (const line of yaml.trimEnd().split('\n')) cli.out.line(line)
  else await cli.out.bytes(new TextEncoder().encode(yaml))
  return success(exitOk)
}

async function confirmSecrets({ confirm }: Cli): Promise<Result<null>> {
  if (confirm === null) {
    return failure(
      'not_permitted',
      '--with-secrets asks first, and there is no terminal to ask on',
      'Run it on a terminal.',
    )
  }
  if (await confirm('Print the values of all secrets of this session?')) return success(null)
  return failure('not_permitted', 'Nothing was printed')
}
