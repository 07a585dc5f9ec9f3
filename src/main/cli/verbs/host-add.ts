import path from 'node:path'
import { type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { hostJson } from '../host-json.ts'
import { parseHostName, parseOptional, parseParallel } from '../parse.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const hostAdd: Verb = {
  path: ['host', 'add'],
  summary: 'write a host into config.yaml, with settings of its own',
  operands: '<HOST>',
  options: [
    { flags: '--ssh-config <file>', description: "OpenSSH configuration to use for it instead of the user's" },
    {
      flags: '--max-parallel <n>',
      description: 'ssh sessions there beside its channel, for followed logs and slow questions',
    },
  ],
  examples: ['procession host add gpu-01', 'procession host add lab --ssh-config ~/lab/ssh_config --max-parallel 4'],
  notes: ['A name of ~/.ssh/config works without this. Contacts nobody: see then host test.'],
  run: add,
}

async function add({ operands, options }: Invocation, cli: Cli): Promise<Result<number>> {
  const name = parseHostName(operands[0] ?? '')
  if (!name.ok) return name
  const maxParallel = parseOptional(options.text('maxParallel'), parseParallel)
  if (!maxParallel.ok) return maxParallel
  const file = options.text('sshConfig')
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const added = await client.value.call('hosts.add', {
    name: name.value,
    sshConfig: file === undefined ? null : path.resolve(cli.workspace, file),
    maxParallel: maxParallel.value ?? null,
  })
  if (!added.ok) return added
  const { address } = added.value
  if (cli.json) cli.out.json(hostJson(added.value))
  else {
    cli.out.line(`Added ${name.value}${address === null ? '' : ` (${address})`}`)
    cli.err.line(`Try it: procession host test ${name.value}`)
  }
  return success(exitOk)
}
