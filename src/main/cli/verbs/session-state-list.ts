import { type Result, success } from '../../../shared/domain/result.ts'
import { formatMoment } from '../../../shared/text/durations.ts'
import type { Cli } from '../cli.ts'
import { stateRule } from '../detail-text.ts'
import { stateJson } from '../json.ts'
import { printTable } from '../table.ts'
import { onlyOne, targetOf } from '../targets.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionStateList: Verb = {
  path: ['session', 'state', 'list'],
  summary: 'list the saved states of a process',
  operands: '[NAME]',
  options: [{ flags: '-a, --alias <alias>', description: 'the process by its alias' }],
  examples: ['procession session state list master.tws', 'procession session state list master.tws --json'],
  run: list,
}

async function list({ operands, options }: Invocation, cli: Cli): Promise<Result<number>> {
  const name = onlyOne([operands[0], options.text('alias')], 'The process', 'Give NAME or --alias ALIAS.')
  if (!name.ok) return name
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const answer = await client.value.call('states.list', targetOf(name.value, cli))
  if (!answer.ok) return answer
  if (cli.json) {
    cli.out.json(answer.value.map(stateJson))
  } else if (answer.value.length === 0) {
    cli.err.line(`No states yet. Save one: procession session attach --alias ${name.value} --state LABEL`)
  } else {
    printTable(
      cli.out,
      [{ title: 'STATE' }, { title: 'SAVED' }, { title: 'RECOGNISED' }, { title: 'REQUIRED' }, { title: 'IGNORED' }],
      answer.value.map((state) => [
        state.label,
        formatMoment(state.savedAt, cli.now()),
        stateRule(state),
        state.require.join(' ') || '-',
        state.ignore.join(' ') || '-',
      ]),
    )
  }
  return success(exitOk)
}
