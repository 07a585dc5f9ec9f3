import { type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { processesJson } from '../processes-json.ts'
import { fullName } from '../row-text.ts'
import { readSecrets } from '../start-environment.ts'
import { targetOf } from '../targets.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionSecretSet: Verb = {
  path: ['session', 'secret', 'set'],
  summary: 'store values of secret variables of a process',
  operands: '<NAME> <KEY...>',
  options: [],
  examples: [
    'procession session secret set trader API_KEY',
    'API_KEY=... procession session secret set trader API_KEY',
  ],
  notes: [
    'Values are taken from the environment of this command, else asked for. They are kept in the secrets file only and',
    'are used from the next run on. A process that waits for them starts.',
  ],
  run: set,
}

async function set({ operands: [name = '', ...keys] }: Invocation, cli: Cli): Promise<Result<number>> {
  const env = await readSecrets(keys, cli.environment, cli.askSecret)
  if (!env.ok) return env
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const answer = await client.value.call('process.setSecrets', { target: targetOf(name, cli), env: env.value })
  if (!answer.ok) return answer
  if (cli.json) {
    const processes = await processesJson(client.value, [answer.value], cli)
    if (!processes.ok) return processes
    cli.out.json(processes.value[0])
  } else {
    cli.out.line(`Stored ${keys.join(', ')} of ${fullName(answer.value)}`)
  }
  return success(exitOk)
}
