import { failure, success } from '../../../shared/domain/result.ts'
import { formatLength } from '../../../shared/text/durations.ts'
import type { Cli } from '../cli.ts'
import { daemonStatusJson } from '../json.ts'
import { styled } from '../printer.ts'
import { printFields } from '../table.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const daemonStatus: Verb = {
  path: ['daemon', 'status'],
  summary: 'show the running daemon; never starts one',
  operands: '',
  options: [],
  examples: ['procession daemon status', 'procession daemon status --json'],
  notes: ['Exits with 7 when no daemon runs. In JSON, processes counts those that run.'],
  run: status,
}

async function status(_: Invocation, cli: Cli) {
  const client = await cli.daemon.find()
  if (!client.ok) return client
  if (client.value === null) {
    return failure('unreachable', `No daemon runs for ${cli.places.home}`, 'Start it: procession daemon start')
  }
  const answer = await client.value.call('daemon.status', {})
  if (!answer.ok) return answer
  const json = daemonStatusJson(answer.value, cli.now())
  if (cli.json) {
    cli.out.json(json)
    return success(exitOk)
  }
  printFields(cli.out, [
    ['Daemon', styled('Running', 'green')],
    ['Pid', String(json.pid)],
    ['Version', json.version],
    ['Up', formatLength(cli.now() - answer.value.startedAt)],
    ['Processes', `${answer.value.processes.running} running of ${answer.value.processes.total}`],
    ['Web', json.http.length === 0 ? 'off (procession serve)' : json.http.join(', ')],
    ['Home', json.home],
    ['Socket', json.socket],
    ['Log', answer.value.log],
  ])
  return success(exitOk)
}
