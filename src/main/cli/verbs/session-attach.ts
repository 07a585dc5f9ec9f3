import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts'
import { type Failure, failure, type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { given } from '../given.ts'
import { pidOf } from '../json.ts'
import { parseOptional, parsePid, parseRestart, parseShutdown } from '../parse.ts'
import { processesJson } from '../processes-json.ts'
import { fullName, restartWord } from '../row-text.ts'
import { readHost } from '../start-input.ts'
import { exitOk, type Invocation, type OptionValues, type Verb } from '../verb.ts'

export const sessionAttach: Verb = {
  path: ['session', 'attach'],
  summary: 'take a program that runs already into the session, or save the state that a process is in',
  operands: '',
  options: [
    { flags: '-p, --pid <pid>', description: 'the program by its pid' },
    { flags: '-c, --cmdline <text>', description: 'the program by the beginning of its command line' },
    { flags: '-u, --uri <uri>', description: 'the program that this URI would start' },
    { flags: '--host <host>', description: 'the machine where a pid or command line is looked for, over ssh' },
    { flags: '-a, --alias <alias>', description: 'your name for it; alone, the process whose state is saved' },
    { flags: '--state <label>', description: 'save what it looks like now under this label' },
    { flags: '-r, --restart <policy>', description: '0 or never, 1 or always, on-failure (else 1, or what is stored)' },
    { flags: '-s, --shutdown <0|1>', description: '1: stopped when the session is deactivated (else 0)' },
  ],
  examples: [
    'procession session attach --pid 12814 --alias master.tws --restart 1 --state operative',
    'procession session attach --cmdline /opt/tws --alias master.tws',
    'procession session attach --host gpu-01 --cmdline /opt/train --alias train',
    'procession session attach --alias master.tws --state operative',
  ],
  notes: [
    'The output of a program that was attached goes where it was started; once it is started again, to the session.',
    'What is not given stays as it is stored.',
  ],
  run: attach,
}

async function attach({ options }: Invocation, cli: Cli): Promise<Result<number>> {
  const input = readInput(options, cli)
  if (!input.ok) return input
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const answer = await client.value.call('process.attach', input.value)
  if (!answer.ok) return answer
  const { process, savedState, notices } = answer.value
  for (const notice of notices) cli.err.line(`procession: ${notice}`)
  if (cli.json) {
    const processes = await processesJson(client.value, [process], cli)
    if (!processes.ok) return processes
    cli.out.json({ ...processes.value[0], saved_state: savedState, notices })
  } else {
    sayAttached(answer.value, input.value.program !== null, cli)
  }
  return success(exitOk)
}

function readInput(options: OptionValues, cli: Cli): Result<InputOf<'process.attach'>> {
  const program = readProgram(options)
  if (!program.ok) return program
  const restart = parseOptional(options.text('restart'), parseRestart)
  if (!restart.ok) return restart
  const shutdown = parseOptional(options.text('shutdown'), parseShutdown)
  if (!shutdown.ok) return shutdown
  const host = readHost(options)
  if (!host.ok) return host
  if (host.value !== undefined && program.value === null)
    return usage('--host says where a program is, and none is named')
  const rules = given({
    alias: options.text('alias'),
    state: options.text('state'),
    restart: restart.value,
    shutdown: shutdown.value,
  })
  if (program.value === null && rules.alias === undefined) return usage('Nothing to attach')
  if (program.value === null && Object.keys(rules).length === 1) return usage('Nothing to do: no state is named')
  return success({ workspace: cli.workspace, program: program.value, ...given({ host: host.value }), ...rules })
}

function readProgram(options: OptionValues): Result<InputOf<'process.attach'>['program']> {
  const pid = parseOptional(options.text('pid'), parsePid)
  if (!pid.ok) return pid
  const cmdline = options.text('cmdline')
  if (cmdline === '') return usage('--cmdline names no program')
  const uri = options.text('uri')
  const programs = [
    ...(pid.value === undefined ? [] : [{ pid: pid.value }]),
    ...(cmdline === undefined ? [] : [{ cmdline }]),
    ...(uri === undefined ? [] : [{ uri }]),
  ]
  return programs.length > 1 ? usage('--pid, --cmdline and --uri exclude each other') : success(programs[0] ?? null)
}

const usage = (message: string): Failure =>
  failure(
    'bad_input',
    message,
    'Give one of --pid PID, --cmdline TEXT, --uri URI; or --alias ALIAS --state LABEL of a process of the session.',
  )

function sayAttached({ process, savedState }: OutputOf<'process.attach'>, isProgram: boolean, cli: Cli): void {
  const name = fullName(process)
  const flags = `restart ${restartWord(process.restart)}, shutdown ${process.shutdown ? '1' : '0'}`
  if (isProgram) cli.out.line(`Attached ${name}, pid ${pidOf(process.life) ?? 'not known'}; ${flags}`)
  else if (savedState === null) cli.out.line(`Changed ${name}: ${flags}`)
  if (savedState !== null) cli.out.line(`Saved the state ${savedState} of ${name}`)
}
