import { success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { daemonStatusJson } from '../json.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const daemonStart: Verb = {
  path: ['daemon', 'start'],
  summary: 'start the daemon of this home; beside a running one, say its pid',
  operands: '',
  options: [],
  examples: ['procession daemon start', 'procession --home /srv/procession daemon start'],
  notes: ['Every verb that needs the daemon starts it.'],
  run: start,
}

async function start(_: Invocation, cli: Cli) {
  const ensured = await cli.daemon.ensure()
  if (!ensured.ok) return ensured
  const { pid, started } = ensured.value
  if (!cli.json) {
    cli.out.line(started ? `Daemon started, pid ${pid}` : `Daemon runs already, pid ${pid}`)
    return success(exitOk)
  }
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const status = await client.value.call('daemon.status', {})
  if (!status.ok) return status
  cli.out.json({ ...daemonStatusJson(status.value, cli.now()), started })
  return success(exitOk)
}
