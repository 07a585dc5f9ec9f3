import { type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { stateJson } from '../json.ts'
import { onlyOne, targetOf } from '../targets.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionStateRemove: Verb = {
  path: ['session', 'state', 'remove'],
  summary: 'forget a saved state of a process',
  operands: '[NAME] [LABEL]',
  options: [
    { flags: '-a, --alias <alias>', description: 'the process by its alias' },
    { flags: '--state <label>', description: 'the state' },
  ],
  examples: [
    'procession session state remove master.tws operative',
    'procession session state remove --alias master.tws --state operative',
  ],
  run: remove,
}

const hint = 'Give NAME LABEL, or --alias ALIAS --state LABEL.'

async function remove({ operands, options }: Invocation, cli: Cli): Promise<Result<number>> {
  const alias = options.text('alias')
  // With --alias the first word can only be the label.
  const [named, labelled] = alias !== undefined && operands.length === 1 ? [undefined, operands[0]] : operands
  const name = onlyOne([named, alias], 'The process', hint)
  if (!name.ok) return name
  const label = onlyOne([labelled, options.text('state')], 'The label', hint)
  if (!label.ok) return label
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const answer = await client.value.call('states.remove', { target: targetOf(name.value, cli), label: label.value })
  if (!answer.ok) return answer
  if (cli.json) cli.out.json(answer.value.map(stateJson))
  else cli.out.line(`Removed the state ${label.value} of ${name.value}`)
  return success(exitOk)
}
