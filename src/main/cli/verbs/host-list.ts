import { type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { hostJson } from '../host-json.ts'
import { printHosts } from '../host-text.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const hostList: Verb = {
  path: ['host', 'list'],
  summary: 'list this machine and those that processes can run on, and how each is',
  operands: '',
  options: [],
  examples: ['procession host list', 'procession host list --json'],
  notes: [
    'Beside those that were added: every host that a process names, and the names in ~/.ssh/config. Contacts nobody.',
  ],
  run: list,
}

async function list(_: Invocation, cli: Cli): Promise<Result<number>> {
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const hosts = await client.value.call('hosts.list', {})
  if (!hosts.ok) return hosts
  if (cli.json) cli.out.json(hosts.value.map(hostJson))
  else printHosts(cli.out, hosts.value, cli.now())
  return success(exitOk)
}
