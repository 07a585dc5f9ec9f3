import type { Cli } from '../cli.ts'
import { reportStops } from '../stop-report.ts'
import { targetOf } from '../targets.ts'
import type { Invocation, Verb } from '../verb.ts'

export const sessionRestart: Verb = {
  path: ['session', 'restart'],
  summary: 'stop processes and start them again with their stored definitions',
  operands: '<NAME...>',
  options: [],
  examples: ['procession session restart master.tws'],
  notes: ['Exits with 1 and names what could not be stopped if anything survives; that is not started again.'],
  run: restart,
}

async function restart({ operands }: Invocation, cli: Cli) {
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const targets = operands.map((name) => targetOf(name, cli))
  const answer = await client.value.call('process.restart', { targets, wait: true })
  return answer.ok ? reportStops('Restarted', answer.value, client.value, cli) : answer
}
