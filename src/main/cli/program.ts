import { Command, CommanderError, Option } from 'commander'
import { type Failure, failure } from '../../shared/domain/result.ts'
import { type Invocation, OptionValues, type Verb } from './verb.ts'

/** The global options as given, before or after the verb. */
export type Globals = {
  readonly json: boolean
  readonly home: string | undefined
  readonly workspace: string | undefined
}

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'run'; readonly verb: Verb; readonly invocation: Invocation; readonly globals: Globals }
  /** Help or version that was asked for. */
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'usage'; readonly failure: Failure }

type Handle = (verb: Verb, command: Command) => void

const groupSummaries: Readonly<Record<string, string>> = {
  session: 'start, watch and stop the processes of a session',
  'session dependence': 'say which process waits for which',
  'session state': 'name what a process looks like from outside',
  'session secret': 'values of secret variables',
  host: 'machines that ssh reaches, and what runs there',
  daemon: 'the supervisor behind every verb',
  config: 'the settings in config.yaml',
}

/**
 * Reads a command line (without node and script). Everything after the first `--` is taken as it is: as the
 * command of a verb that takes one, else as operands. Write `--arg=--` to pass two dashes as the value of an option.
 */
export function readCommandLine(argv: readonly string[], verbs: readonly Verb[], version: string): Request {
  const printed: string[] = []
  const found: { request?: Request } = {}
  const program = buildProgram(verbs, version, printed, (verb, command) => {
    found.request = { kind: 'run', verb, invocation: invocationOf(verb, argv, command), globals: globalsOf(command) }
  })
  try {
    program.parse([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { kind: 'print', text: printed.join('') }
    return { kind: 'usage', failure: usageFailure(error, deepestCommand(program, argv)) }
  }
  return found.request ?? { kind: 'print', text: printed.join('') }
}

/** The help of one verb or, without a path, of the whole program, as `--help` prints it. */
export function helpOf(path: readonly string[], verbs: readonly Verb[], version: string): string {
  const request = readCommandLine([...path, '--help'], verbs, version)
  return request.kind === 'print' ? request.text : ''
}

function buildProgram(verbs: readonly Verb[], version: string, printed: string[], handle: Handle): Command {
  const program = prepare(new Command('procession'), version, printed)
    .description('Starts, watches and shows everything you compute with.')
    .addHelpText(
      'after',
      examplesText(['procession session start --alias counter -- sh -c "seq 100"', 'procession open']),
    )
  for (const verb of verbs) addVerb(groupOf(program, verb, version, printed), verb, version, printed, handle)
  return program
}

/** The command that the verb belongs under; groups that are not there yet are made. */
function groupOf(program: Command, verb: Verb, version: string, printed: string[]): Command {
  return verb.path.slice(0, -1).reduce((parent, name, index) => {
    const existing = parent.commands.find((command) => command.name() === name)
    if (existing) return existing
    const words = verb.path.slice(0, index + 1).join(' ')
    const group = prepare(new Command(name), version, printed).description(groupSummaries[words] ?? '')
    parent.addCommand(group)
    return group
  }, program)
}

function addVerb(parent: Command, verb: Verb, version: string, printed: string[], handle: Handle): void {
  const command = prepare(new Command(verb.path.at(-1)), version, printed).description(verb.summary)
  if (verb.operands !== '') command.arguments(verb.operands)
  for (const { flags, description, repeatable } of verb.options) {
    const option = new Option(flags, description)
    command.addOption(repeatable ? option.argParser(collect) : option)
  }
  const notes = verb.notes ? `\n${verb.notes.join('\n')}\n` : ''
  command.addHelpText('after', notes + examplesText(verb.examples))
  command.action(() => handle(verb, command))
  parent.addCommand(command, { hidden: verb.hidden === true })
}

/** What is the same on every level: the global options stand before and after the verb. */
function prepare(command: Command, version: string, printed: string[]): Command {
  return command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => printed.push(text),
      writeErr: (text) => printed.push(text),
      outputError: () => {},
    })
    .enablePositionalOptions()
    .helpCommand(false)
    .option('--json', 'print JSON with stable keys')
    .option('--home <dir>', 'folder of the daemon: configuration, database, socket (else PROCESSION_HOME)')
    .option('-C <dir>', 'act as if started in this folder: the workspace, or one below it (else the current folder)')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
}

const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value]

const examplesText = (examples: readonly string[]): string =>
  `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}\n`

function invocationOf(verb: Verb, argv: readonly string[], command: Command): Invocation {
  const dashes = verb.takesCommand ? argv.indexOf('--') : -1
  const after = dashes < 0 ? null : argv.slice(dashes + 1)
  return {
    operands: command.args.slice(0, command.args.length - (after?.length ?? 0)),
    command: after,
    options: new OptionValues(command.opts()),
  }
}

/** The innermost level wins. */
function globalsOf(command: Command): Globals {
  const levels: Command[] = []
  for (let level: Command | null = command; level !== null; level = level.parent) levels.push(level)
  const text = (name: string) =>
    levels.map((level): unknown => level.opts()[name]).find((value) => typeof value === 'string')
  return { json: levels.some((level) => level.opts().json === true), home: text('home'), workspace: text('C') }
}

function usageFailure(error: CommanderError, command: Command): Failure {
  const name = nameOf(command)
  // Commander throws this for a group without a verb.
  if (error.code === 'commander.help') {
    const shown = command.createHelp().visibleCommands(command)
    const names = shown.map((candidate) => candidate.name()).join(', ')
    return failure('bad_input', `${name} needs a verb: ${names}`, `See: ${name} --help`)
  }
  const message = error.message.replace(/^error: /, '')
  return failure('bad_input', message.charAt(0).toUpperCase() + message.slice(1), `See: ${name} --help`)
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`
}

/** The verb or group that the words of a command line lead to. */
function deepestCommand(program: Command, argv: readonly string[]): Command {
  let command = program
  for (const word of argv) {
    command = command.commands.find((candidate) => candidate.name() === word) ?? command
  }
  return command
}
