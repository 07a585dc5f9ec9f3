import type { InputOf } from '../../../shared/contract/contract.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { Cli, DaemonClient } from '../cli.ts'
import { processesJson } from '../processes-json.ts'
import { fullName } from '../row-text.ts'
import { settle, settleAll } from '../settle.ts'
import { callerEnvironment } from '../start-environment.ts'
import { readStartInput } from '../start-input.ts'
import { reportStarts } from '../start-report.ts'
import { targetOf } from '../targets.ts'
import type { Invocation, Verb } from '../verb.ts'

export const sessionStart: Verb = {
  path: ['session', 'start'],
  summary: 'start a process, new or known; it outlives this command and the daemon',
  operands: '[NAME...]',
  options: [
    { flags: '-u, --uri <uri>', description: 'what to run, e.g. exec://localhost/opt/tws?account=0' },
    { flags: '-a, --alias <alias>', description: 'your name for it' },
    { flags: '-n, --name <name>', description: 'its fixed name (else made from the URI)' },
    { flags: '-r, --restart <policy>', description: '0 or never, 1 or always, on-failure' },
    { flags: '-s, --shutdown <0|1>', description: '1: stopped when the session is deactivated' },
    { flags: '--cwd <dir>', description: 'working directory (else the workspace)' },
    { flags: '--env <K=V>', description: 'variable of its environment', repeatable: true },
    { flags: '--env-file <file>', description: 'file of NAME=value lines; --env wins over it' },
    {
      flags: '--secret-env <K>',
      description: 'like --env, its value taken from your environment or asked for',
      repeatable: true,
    },
    { flags: '--arg <arg>', description: 'one more argument, after those of the URI', repeatable: true },
    { flags: '--stop-signal <signal>', description: 'asks it to end (else TERM)' },
    { flags: '--grace <seconds>', description: 'from that signal to KILL (else 10)' },
    { flags: '--force', description: 'end it first if it runs already' },
    { flags: '--no-launch', description: 'record it without starting it' },
  ],
  examples: [
    'procession session start --alias counter -- sh -c "while :; do date; sleep 1; done"',
    'procession session start --uri "exec://localhost/opt/tws?account=0" --alias master.tws --restart 1 --shutdown 1',
    'procession session start master.tws',
    'API_KEY=... procession session start --secret-env API_KEY --alias trader -- ./trader',
  ],
  notes: [
    'Give one of: names of known processes, --uri, or a command after --.',
    'Arguments are visible to every user of this machine (ps); pass secrets with --secret-env.',
  ],
  run: start,
}

/** Options that define a process and say nothing about one that is known. */
const definingOptions = [
  ['alias', '--alias'],
  ['name', '--name'],
  ['restart', '--restart'],
  ['shutdown', '--shutdown'],
  ['cwd', '--cwd'],
  ['envFile', '--env-file'],
  ['stopSignal', '--stop-signal'],
  ['grace', '--grace'],
] as const

async function start(invocation: Invocation, cli: Cli): Promise<Result<number>> {
  const { operands, command, options } = invocation
  const uri = options.text('uri')
  const given = [operands.length > 0, uri !== undefined, command !== null].filter(Boolean).length
  if (given !== 1 || command?.length === 0) {
    return failure(
      'bad_input',
      given > 1 ? 'Names, --uri and a command after -- exclude each other' : 'Nothing to start',
      'Give names of known processes, or --uri URI, or -- COMMAND ARGUMENTS.',
    )
  }
  return operands.length > 0 ? startKnown(invocation, cli) : startNew(invocation, cli)
}

async function startKnown({ operands, options }: Invocation, cli: Cli): Promise<Result<number>> {
  const defining = definingOptions.find(([name]) => options.text(name) !== undefined)?.[1]
  const listed = ['env', 'secretEnv', 'arg'].some((name) => options.list(name).length > 0)
  if (defining !== undefined || listed || options.flag('force') || !options.flag('launch')) {
    return failure(
      'bad_input',
      `A known process starts with its stored definition${defining === undefined ? '' : `, without ${defining}`}`,
      'Change a definition with --uri or a command after --; to end what runs first use `session restart`.',
    )
  }
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const answer = await client.value.call('process.startKnown', {
    targets: operands.map((name) => targetOf(name, cli)),
    callerEnv: callerEnvironment(cli.environment),
  })
  if (!answer.ok) return answer
  const rows = await settleAll(client.value, answer.value)
  if (cli.json) {
    const processes = await processesJson(client.value, rows, cli)
    if (!processes.ok) return processes
    cli.out.json(processes.value)
  }
  return success(reportStarts(rows, cli))
}

async function startNew(invocation: Invocation, cli: Cli): Promise<Result<number>> {
  const input = await readStartInput(invocation, cli)
  if (!input.ok) return input
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  return startAndReport(client.value, input.value, cli)
}

async function startAndReport(
  client: DaemonClient,
  input: InputOf<'process.start'>,
  cli: Cli,
): Promise<Result<number>> {
  const answer = await client.call('process.start', input)
  if (!answer.ok) return answer
  const row = await settle(client, answer.value.process)
  for (const warning of answer.value.warnings) cli.err.line(`procession: warning: ${warning}`)
  if (cli.json) {
    const processes = await processesJson(client, [row], cli)
    if (!processes.ok) return processes
    cli.out.json({ ...processes.value[0], changed: answer.value.changed, warnings: answer.value.warnings })
  } else if (answer.value.changed.length > 0) {
    cli.out.line(`Changed of ${fullName(row)}: ${answer.value.changed.join(', ')}`)
  }
  return success(reportStarts([row], cli))
}
