import { type OnLoss, onLossChoices } from '../../../shared/domain/dependence.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { countOf } from '../../../shared/text/numbers.ts'
import type { Cli } from '../cli.ts'
import { readDependenceNames } from '../dependence-names.ts'
import { dependencesJson } from '../dependence-rows.ts'
import { given } from '../given.ts'
import { parseOptional } from '../parse.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionDependenceAdd: Verb = {
  path: ['session', 'dependence', 'add'],
  summary: 'let processes wait until others are what they must be',
  operands: '',
  options: [
    {
      flags: '-p, --parent <name[:state],...>',
      description: 'what must come first, and what it must be (else up)',
      repeatable: true,
    },
    { flags: '-c, --child <name,...>', description: 'what waits for it', repeatable: true },
    { flags: '--on-loss <choice>', description: 'when the parent is lost: keep (default), stop or restart the child' },
    { flags: '--allow-missing', description: 'wait for a parent that does not exist yet instead of refusing it' },
  ],
  examples: [
    'procession session dependence add --parent master.tws:operative --child master.trader',
    'procession session dependence add -p db:ready,cache -c web,worker --on-loss restart',
  ],
  notes: [
    'The state is a label that you have saved, or one of up, ready, exited:0, exited. With several names every parent',
    'is combined with every child; a child waits for all its parents. Of what is there already only --on-loss, if given,',
    'is changed.',
  ],
  run: add,
}

async function add({ options }: Invocation, cli: Cli): Promise<Result<number>> {
  const names = readDependenceNames(options, cli)
  if (!names.ok) return names
  const onLoss = parseOptional(options.text('onLoss'), parseOnLoss)
  if (!onLoss.ok) return onLoss
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const answer = await client.value.call('dependences.add', {
    ...names.value,
    ...given({ onLoss: onLoss.value }),
    allowMissing: options.flag('allowMissing'),
  })
  if (!answer.ok) return answer
  const { added, changed, dependences } = answer.value
  if (cli.json) {
    const list = await dependencesJson(client.value, dependences, cli)
    if (!list.ok) return list
    cli.out.json({ added, changed, dependences: list.value })
  } else {
    const dependencesOf = (count: number) => countOf(count, 'dependence', 'dependences')
    if (added > 0) cli.out.line(`Added ${dependencesOf(added)}`)
    if (changed > 0) cli.out.line(`Changed what happens at a loss in ${dependencesOf(changed)}`)
    if (added + changed === 0) cli.out.line('Nothing to add: it is there already')
  }
  return success(exitOk)
}

function parseOnLoss(text: string): Result<OnLoss> {
  const choice = onLossChoices.find((known) => known === text)
  if (choice !== undefined) return success(choice)
  return failure('bad_input', `No such choice: ${text}`, `--on-loss is one of ${onLossChoices.join(', ')}.`)
}
