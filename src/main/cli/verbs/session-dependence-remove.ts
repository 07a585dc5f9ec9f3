import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { countOf } from '../../../shared/text/numbers.ts'
import type { Cli } from '../cli.ts'
import { readDependenceNames } from '../dependence-names.ts'
import { dependencesJson } from '../dependence-rows.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionDependenceRemove: Verb = {
  path: ['session', 'dependence', 'remove'],
  summary: 'let processes wait for others no more',
  operands: '',
  options: [
    {
      flags: '-p, --parent <name[:state],...>',
      description: 'what need not come first any more (without a state: in any)',
      repeatable: true,
    },
    { flags: '-c, --child <name,...>', description: 'what waited for it', repeatable: true },
  ],
  examples: [
    'procession session dependence remove --parent master.tws --child master.trader',
    'procession session dependence remove --parent master.tws:operative --child master.trader',
  ],
  notes: ['CHILD:STATE, as gutools has it, means the state of the parent. Nothing removed: exit code 3.'],
  run: remove,
}

async function remove({ options }: Invocation, cli: Cli): Promise<Result<number>> {
  const names = readDependenceNames(options, cli)
  if (!names.ok) return names
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const answer = await client.value.call('dependences.remove', names.value)
  if (!answer.ok) return answer
  const { removed, notices, dependences } = answer.value
  for (const notice of notices) cli.err.line(`procession: ${notice}`)
  if (removed === 0) {
    const { parents, children } = names.value
    const message = `No dependence of ${children.join(', ')} on ${parents.join(', ')}`
    return failure('not_found', message, 'See what is there: procession session dependence list')
  }
  if (cli.json) {
    const list = await dependencesJson(client.value, dependences, cli)
    if (!list.ok) return list
    cli.out.json({ removed, notices, dependences: list.value })
  } else {
    cli.out.line(`Removed ${countOf(removed, 'dependence', 'dependences')}`)
  }
  return success(exitOk)
}
