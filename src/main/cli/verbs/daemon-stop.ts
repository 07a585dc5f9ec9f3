import { type Failure, failure, type Result, success } from '../../../shared/domain/result.ts'
import { displayName } from '../../../shared/domain/rows.ts'
import { endWithDaemon, inLivingTerminal } from '../../../shared/text/quit.ts'
import type { Cli, DaemonClient } from '../cli.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const daemonStop: Verb = {
  path: ['daemon', 'stop'],
  summary: 'end the daemon; what it supervises runs on',
  operands: '',
  options: [
    { flags: '--processes', description: 'stop every process first' },
    { flags: '--yes', description: 'without asking, also where programs in terminals end with it' },
  ],
  examples: ['procession daemon stop', 'procession daemon stop --processes'],
  notes: [
    'The next verb that needs the daemon starts it again, and it takes its processes back.',
    'Programs in terminals (start --pty) cannot run on without it: they get SIGHUP.',
  ],
  run: stop,
}

async function stop({ options }: Invocation, cli: Cli): Promise<Result<number>> {
  const processes = options.flag('processes')
  const client = await cli.daemon.find()
  if (!client.ok) return canOnlyBeSignalled(client) ? stopMute(client, processes, cli) : client
  // After a crash of the daemon its processes run on: only a new one can stop them.
  const reached = client.value === null && processes ? await cli.daemon.connect() : client
  if (!reached.ok) return reached
  const daemon = reached.value
  if (daemon === null) return sayNone(cli)
  const status = await daemon.call('daemon.status', {})
  if (!status.ok) return status
  // Whoever stops everything knows that these end as well.
  const ending = processes ? success([]) : await namesInTerminals(daemon)
  if (!ending.ok) return ending
  const consent = options.flag('yes') ? success(null) : await askToEnd(ending.value, cli)
  if (!consent.ok) return consent
  const answer = await daemon.call('daemon.stop', { processes })
  if (!answer.ok) return answer
  const { survivors } = answer.value
  if (survivors > 0) {
    return failure(
      'failed',
      `${survivors} ${survivors === 1 ? 'process is' : 'processes are'} still alive, so the daemon runs on`,
      'See them: procession session show. Without --processes the daemon ends and leaves them',
    )
  }
  const left = processes ? 0 : status.value.processes.running - ending.value.length
  if (cli.json) cli.out.json({ pid: status.value.pid, stopped: true, processes: left })
  else cli.out.line(`Daemon stopped, pid ${status.value.pid}${left === 0 ? '' : `; ${left} of its processes run on`}`)
  return success(exitOk)
}

async function namesInTerminals(daemon: DaemonClient): Promise<Result<readonly string[]>> {
  const rows = await daemon.call('rows.list', {})
  return rows.ok ? success(rows.value.processes.filter(inLivingTerminal).map(displayName)) : rows
}

async function askToEnd(names: readonly string[], cli: Cli): Promise<Result<null>> {
  if (names.length === 0) return success(null)
  const sentence = endWithDaemon(names)
  if (cli.confirm === null || cli.json) {
    return failure('conflict', sentence, 'To end the daemon all the same: procession daemon stop --yes')
  }
  cli.err.line(sentence)
  return (await cli.confirm('Stop the daemon?')) ? success(null) : failure('conflict', 'The daemon was not stopped')
}

/** It speaks another protocol, or listens without answering. */
const canOnlyBeSignalled = ({ code }: Failure): boolean => code === 'version' || code === 'unreachable'

async function stopMute(why: Failure, processes: boolean, cli: Cli): Promise<Result<number>> {
  if (processes) {
    return failure(
      why.code,
      why.message,
      'Its processes can only be stopped by a daemon of this version: leave out --processes.',
    )
  }
  const ended = await cli.daemon.terminate()
  if (!ended.ok) return ended
  if (ended.value === null) return sayNone(cli)
  if (cli.json) cli.out.json({ pid: ended.value.pid, stopped: true, processes: null })
  else cli.out.line(`Daemon stopped, pid ${ended.value.pid}; its processes run on`)
  return success(exitOk)
}

function sayNone(cli: Cli): Result<number> {
  if (cli.json) cli.out.json({ pid: null, stopped: false, processes: null })
  else cli.out.line('No daemon runs')
  return success(exitOk)
}
