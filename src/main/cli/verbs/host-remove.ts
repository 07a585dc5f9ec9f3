import { type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { parseHostName } from '../parse.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const hostRemove: Verb = {
  path: ['host', 'remove'],
  summary: 'take a host out of config.yaml and close its connection',
  operands: '<HOST>',
  options: [],
  examples: ['procession host remove gpu-01'],
  notes: ['Refused while processes of ours may run there. What ran there keeps its files.'],
  run: remove,
}

async function remove({ operands }: Invocation, cli: Cli): Promise<Result<number>> {
  const name = parseHostName(operands[0] ?? '')
  if (!name.ok) return name
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const removed = await client.value.call('hosts.remove', { name: name.value })
  if (!removed.ok) return removed
  if (cli.json) cli.out.json({ name: name.value })
  else cli.out.line(`Removed ${name.value}`)
  return success(exitOk)
}
