import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import { awaitStable } from '../await-stable.ts'
import { awaitStarts } from '../await-starts.ts'
import type { Cli, DaemonClient } from '../cli.ts'
import type { ProcessJson } from '../json.ts'
import { processesJson } from '../processes-json.ts'
import { fullName } from '../row-text.ts'
import { inactiveRemark } from '../session-remarks.ts'
import { settleAll } from '../settle.ts'
import { callerEnvironment } from '../start-environment.ts'
import { readStartInput } from '../start-input.ts'
import { reportAwaitedStarts, reportStarts, startText } from '../start-report.ts'
import { targetOf } from '../targets.ts'
import { exitInterrupted, type Invocation, type Verb } from '../verb.ts'

export const sessionStart: Verb = {
  path: ['session', 'start'],
  summary: 'start a process, new or known; it outlives this command and the daemon',
  operands: '[NAME...]',
  takesCommand: true,
  options: [
    { flags: '-u, --uri <uri>', description: 'what to run, e.g. exec://localhost/opt/tws?account=0' },
    { flags: '-a, --alias <alias>', description: 'your name for it' },
    { flags: '-n, --name <name>', description: 'its fixed name (else made from the URI)' },
    { flags: '-r, --restart <policy>', description: '0 or never, 1 or always, on-failure' },
    {
      flags: '--restart-limit <n/seconds>',
      description: 'early deaths within so long to give up after, or none (else 5/60)',
    },
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
    {
      flags: '--ready <K=V>',
      description:
        'when it can be used: port=N, http=URL, log=RE, command=WORDS or expr=CEL; and interval=S, timeout=S',
      repeatable: true,
    },
    { flags: '--host <host>', description: 'run the command on this machine, over ssh (a URI names its own)' },
    { flags: '--pty', description: 'give it a terminal; it then ends with the daemon' },
    { flags: '--no-pty', description: 'take its terminal away again' },
    { flags: '--stop-signal <signal>', description: 'asks it to end (else TERM, and HUP with a terminal)' },
    { flags: '--grace <seconds>', description: 'from that signal to KILL (else 10)' },
    { flags: '--force', description: 'end it first if it runs already; start it beside what only looks like it' },
    { flags: '--adopt', description: 'take over a program that runs already and looks like it' },
    { flags: '--wait', description: 'return when it runs and is ready, or looks the same for 5 s' },
    { flags: '--no-launch', description: 'record it without starting it' },
  ],
  examples: [
    'procession session start --alias counter -- sh -c "while :; do date; sleep 1; done"',
    'procession session start --uri "exec://localhost/opt/tws?account=0" --alias master.tws --restart 1 --shutdown 1',
    'procession session start --alias db --ready port=5432 --ready timeout=30 --wait -- postgres -D data',
    'procession session start master.tws',
    'procession session start --alias train --host gpu-01 -- python3 train.py',
    'procession session start --alias shell --pty -- bash',
    'API_KEY=... procession session start --secret-env API_KEY --alias trader -- ./trader',
  ],
  notes: [
    'Give one of: names of known processes, --uri, or a command after --.',
    'What depends on other processes waits for them, and starts when they are what they must be.',
    'Arguments are visible to every user of this machine (ps); pass secrets with --secret-env.',
  ],
  run: start,
}

/** Options that define a process and say nothing about one that is known. */
const definingOptions = [
  ['alias', '--alias'],
  ['name', '--name'],
  ['restart', '--restart'],
  ['restartLimit', '--restart-limit'],
  ['shutdown', '--shutdown'],
  ['cwd', '--cwd'],
  ['envFile', '--env-file'],
  ['stopSignal', '--stop-signal'],
  ['grace', '--grace'],
  ['host', '--host'],
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
  if (options.flag('wait') && !options.flag('launch')) {
    return failure('bad_input', '--wait and --no-launch exclude each other', 'What is not launched is never ready.')
  }
  return operands.length > 0 ? startKnown(invocation, cli) : startNew(invocation, cli)
}

async function startKnown({ operands, options }: Invocation, cli: Cli): Promise<Result<number>> {
  const defining = definingOptions.find(([name]) => options.text(name) !== undefined)?.[1]
  const listed = ['env', 'secretEnv', 'arg', 'ready'].some((name) => options.list(name).length > 0)
  if (defining !== undefined || listed || options.choice('pty') !== undefined || !options.flag('launch')) {
    return failure(
      'bad_input',
      `A known process starts with its stored definition${defining === undefined ? '' : `, without ${defining}`}`,
      'Change a definition with --uri or a command after --.',
    )
  }
  const awaited = options.flag('wait')
  const client = await cli.daemon.connect({ lasting: awaited })
  if (!client.ok) return client
  const answer = await client.value.call('process.startKnown', {
    targets: operands.map((name) => targetOf(name, cli)),
    callerEnv: callerEnvironment(cli.environment),
    force: options.flag('force'),
    adopt: options.flag('adopt'),
  })
  if (!answer.ok) return answer
  return finish(client.value, answer.value, awaited, cli, (processes) => processes)
}

async function startNew(invocation: Invocation, cli: Cli): Promise<Result<number>> {
  const input = await readStartInput(invocation, cli)
  if (!input.ok) return input
  const awaited = invocation.options.flag('wait')
  const client = await cli.daemon.connect({ lasting: awaited })
  if (!client.ok) return client
  const answer = await client.value.call('process.start', input.value)
  if (!answer.ok) return answer
  const { process, changed, warnings } = answer.value
  for (const warning of warnings) cli.err.line(`procession: warning: ${warning}`)
  if (process.pty) cli.err.line(`procession: ${displayName(process)} has a terminal, so it ends with the daemon`)
  if (!cli.json && changed.length > 0) cli.out.line(`Changed of ${fullName(process)}: ${changed.join(', ')}`)
  return finish(client.value, [process], awaited, cli, ([first]) => ({ ...first, changed, warnings }))
}

/** Waits as long as was asked for, says what came of it, and whether somebody looks after it from now on. */
async function finish(
  client: DaemonClient,
  started: readonly ProcessRow[],
  awaited: boolean,
  cli: Cli,
  toJson: (processes: readonly ProcessJson[]) => unknown,
): Promise<Result<number>> {
  const settled = await settleAll(client, started)
  await sayInactive(client, settled, cli)
  const rows = awaited ? await untilUp(client, settled, cli) : success(settled)
  if (!rows.ok) return rows
  if (rows.value === null) return success(exitInterrupted)
  if (cli.json) {
    const processes = await processesJson(client, rows.value, cli)
    if (!processes.ok) return processes
    cli.out.json(toJson(processes.value))
  }
  return success(awaited ? reportAwaitedStarts(rows.value, cli) : reportStarts(rows.value, cli))
}

/** Null when interrupted: what was started goes on. */
async function untilUp(
  client: DaemonClient,
  rows: readonly ProcessRow[],
  cli: Cli,
): Promise<Result<readonly ProcessRow[] | null>> {
  const blocked = rows.filter((row) => row.life.kind === 'blocked')
  if (!cli.json) for (const row of blocked) cli.err.line(`procession: ${startText(row, 'Started', cli.now())}`)
  const signal = cli.interrupted()
  const awaited = await awaitStarts(client, rows, signal)
  if (signal.aborted) return success(null)
  if (!awaited.ok) return awaited
  const stable = await Promise.all(awaited.value.map((row) => awaitStable(client, row, cli.workspace, signal)))
  if (signal.aborted) return success(null)
  const failed = stable.find((result) => !result.ok)
  return failed && !failed.ok ? failed : success(stable.flatMap((result) => (result.ok ? [result.value] : [])))
}

async function sayInactive(client: DaemonClient, rows: readonly ProcessRow[], cli: Cli): Promise<void> {
  const list = await client.call('rows.list', { workspace: cli.workspace })
  if (!list.ok) return
  const own = list.value.sessions.filter(({ id, active }) => !active && rows.some((row) => row.sessionId === id))
  for (const { name } of own) cli.err.line(`procession: ${inactiveRemark(name)}`)
}
