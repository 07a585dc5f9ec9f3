import { type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { targetOf } from '../targets.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionDetach: Verb = {
  path: ['session', 'detach'],
  summary: 'forget a process and leave its program running',
  operands: '<NAME>',
  options: [{ flags: '--purge', description: 'remove its settings, states and logs as well' }],
  examples: ['procession session detach master.tws', 'procession session detach counter --purge'],
  run: detach,
}

async function detach({ operands, options }: Invocation, cli: Cli): Promise<Result<number>> {
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const purge = options.flag('purge')
  const answer = await client.value.call('process.detach', { target: targetOf(operands[0] ?? '', cli), purge })
  if (!answer.ok) return answer
  const { name, pid } = answer.value
  if (cli.json) cli.out.json({ name, pid, purged: purge })
  else cli.out.line(`Detached ${name}${pid === null ? '' : `; its program runs on, pid ${pid}`}`)
  return success(exitOk)
}
