import type { Cli } from '../cli.ts'
import { reportStops } from '../stop-report.ts'
import { targetOf } from '../targets.ts'
import type { Invocation, Verb } from '../verb.ts'

export const sessionStop: Verb = {
  path: ['session', 'stop'],
  summary: 'stop processes with everything they have started; waits for their end',
  operands: '<NAME...>',
  options: [
    { flags: '--with-children', description: 'stop everything that depends on them first' },
    { flags: '--now', description: 'kill at once instead of asking first (stop signal, grace, then KILL)' },
  ],
  examples: [
    'procession session stop master.trader master.tws',
    'procession session stop master.tws --with-children',
    'procession session stop --now counter',
  ],
  notes: ['Exits with 1 and names what is still alive if anything survives.'],
  run: stop,
}

async function stop({ operands, options }: Invocation, cli: Cli) {
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const targets = operands.map((name) => targetOf(name, cli))
  const answer = await client.value.call('process.stop', {
    targets,
    now: options.flag('now'),
    wait: true,
    withChildren: options.flag('withChildren'),
  })
  return answer.ok ? reportStops('Stopped', answer.value, client.value, cli) : answer
}
