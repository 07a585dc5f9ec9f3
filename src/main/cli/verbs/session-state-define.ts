import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { stateRule } from '../detail-text.ts'
import { given } from '../given.ts'
import { stateJson } from '../json.ts'
import { onlyOne, targetOf } from '../targets.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionStateDefine: Verb = {
  path: ['session', 'state', 'define'],
  summary: 'name a state of a process by an expression, or mark what counts in a saved one',
  operands: '[NAME]',
  options: [
    { flags: '-a, --alias <alias>', description: 'the process by its alias' },
    { flags: '--state <label>', description: 'what the state is called' },
    {
      flags: '--when <expression>',
      description: 'it is in the state when this holds, in CEL (else by its fingerprint)',
    },
    { flags: '--ignore <element>', description: 'an element of the fingerprint that does not count', repeatable: true },
    { flags: '--require <element>', description: 'an element that must be there', repeatable: true },
  ],
  examples: [
    `procession session state define --alias master.tws --state operative --when "fp.listen.exists(x, x.endsWith(':7496'))"`,
    'procession session state define master.tws --state operative --require 127.0.0.1:7496 --ignore /tmp/tws.log',
  ],
  notes: ['A state is saved from life with: procession session attach --alias NAME --state LABEL'],
  run: define,
}

async function define({ operands, options }: Invocation, cli: Cli): Promise<Result<number>> {
  const name = onlyOne([operands[0], options.text('alias')], 'The process', 'Give NAME or --alias ALIAS.')
  if (!name.ok) return name
  const label = onlyOne([options.text('state')], 'The label', 'Give it with --state LABEL.')
  if (!label.ok) return label
  const when = options.text('when') ?? null
  const ignore = options.list('ignore')
  const require = options.list('require')
  if (when === null && ignore.length === 0 && require.length === 0) {
    return failure('bad_input', 'Nothing defines the state', 'Give --when EXPRESSION, --ignore or --require ELEMENT.')
  }
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const answer = await client.value.call('states.define', {
    target: targetOf(name.value, cli),
    label: label.value,
    when,
    ...given({ ignore: listIfAny(ignore), require: listIfAny(require) }),
  })
  if (!answer.ok) return answer
  if (cli.json) cli.out.json(stateJson(answer.value))
  else cli.out.line(`Defined the state ${answer.value.label} of ${name.value} ${stateRule(answer.value)}`)
  return success(exitOk)
}

const listIfAny = (elements: readonly string[]): string[] | undefined =>
  elements.length === 0 ? undefined : [...elements]
