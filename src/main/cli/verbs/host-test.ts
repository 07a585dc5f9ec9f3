import type { OutputOf } from '../../../shared/contract/contract.ts'
import type { HostRow } from '../../../shared/domain/host.ts'
import { type Failure, failure, type Result, success } from '../../../shared/domain/result.ts'
import { refusalRemedy } from '../../../shared/text/host-row.ts'
import type { Cli } from '../cli.ts'
import { hostTestJson } from '../host-json.ts'
import { parseHostName } from '../parse.ts'
import { styled } from '../printer.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const hostTest: Verb = {
  path: ['host', 'test'],
  summary: 'connect to a host now and say what works there, step by step',
  operands: '<HOST>',
  options: [],
  examples: ['procession host test gpu-01', 'procession host test gpu-01 --json'],
  notes: [
    'Tries also a host that refused before. Exit codes: 7 it cannot be reached, 1 it can, but something is wrong.',
  ],
  run: test,
}

async function test({ operands }: Invocation, cli: Cli): Promise<Result<number>> {
  const name = parseHostName(operands[0] ?? '')
  if (!name.ok) return name
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const outcome = await client.value.call('hosts.test', { name: name.value })
  if (!outcome.ok) return outcome
  if (cli.json) cli.out.json(hostTestJson(outcome.value))
  else for (const step of outcome.value.steps) print(step, cli)
  return outcome.value.ok ? success(exitOk) : testFailure(name.value, outcome.value)
}

type HostTest = OutputOf<'hosts.test'>

const markWidth = 8
const whatWidth = 14

function print({ what, ok, detail }: HostTest['steps'][number], cli: Cli): void {
  const mark = ok ? styled('ok'.padEnd(markWidth), 'green') : styled('failed'.padEnd(markWidth), 'red')
  cli.out.line(mark, what.padEnd(whatWidth), detail)
}

function testFailure(name: string, { host, steps }: HostTest): Failure {
  const failed = steps.find(({ ok }) => !ok)
  const remedy = remedyOf(name, host)
  // What to do often stands in the step as well; once is enough.
  const detail = failed?.detail.endsWith(remedy) ? failed.detail.slice(0, -remedy.length).trimEnd() : failed?.detail
  const why = failed === undefined ? '' : `: ${failed.what}: ${detail}`
  return failure(isAnswering(host) ? 'failed' : 'unreachable', `${name} cannot be used${why}`, remedy)
}

/** Whether there was an answer, even if it was no. */
const isAnswering = ({ state }: HostRow): boolean =>
  state.kind === 'connected' || state.kind === 'local' || state.kind === 'refused'

function remedyOf(name: string, { state, lastError }: HostRow): string {
  // Its last error is one of an earlier connection.
  if (state.kind === 'connected') return `See what is missing there: ssh ${name}`
  if (state.kind !== 'refused') return lastError?.hint || `See what ssh says: ssh ${name}`
  const trust = state.because === 'unknown-key' ? ` With: procession host trust ${name}` : ''
  return `${refusalRemedy(name, state.because)}${trust}`
}
