import { readFileSync } from 'node:fs'
import path from 'node:path'
import { isatty, type WriteStream } from 'node:tty'
import { failure, type Result, success } from '../../shared/domain/result.ts'
import { currentPlaces } from '../carrier/places.ts'
import { askSecret } from './ask-secret.ts'
import { askYesNo } from './ask-yes-no.ts'
import type { Cli } from './cli.ts'
import { createDaemonLink } from './daemon-link.ts'
import { interruption } from './interruption.ts'
import { createPrinter, type OutputStream } from './printer.ts'
import { type Globals, readCommandLine } from './program.ts'
import { reportFailure } from './report-failure.ts'
import { callerTerminal } from './terminal/caller-terminal.ts'
import { verbs } from './verbs/index.ts'

/** What the command line needs of the process that it is. */
export type Surroundings = {
  readonly programRoot: string
  readonly environment: NodeJS.ProcessEnv
  readonly stdout: WriteStream
  readonly stderr: WriteStream
}

/** Runs one command line (without node and script). @returns its exit code */
export async function runCli(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { environment, stdout, stderr, programRoot } = surroundings
  endQuietlyOnBrokenPipe(stdout)
  const out = createPrinter(stdout, environment)
  const err = createPrinter(stderr, environment)
  const request = readCommandLine(argv, verbs, versionOf(programRoot))
  switch (request.kind) {
    case 'print':
      stdout.write(request.text)
      return 0
    case 'usage':
      return reportFailure(request.failure, err, argv.includes('--json'))
    case 'run': {
      const { globals, verb, invocation } = request
      const folder = workspaceOf(globals)
      if (!folder.ok) return reportFailure(folder, err, globals.json)
      const places = currentPlaces(globals.home)
      using daemon = createDaemonLink({
        places,
        programRoot,
        environment,
        onLost: () => err.line('procession: the daemon went away; waiting for it. Any other command starts it again.'),
        onBack: () => err.line('procession: the daemon is back.'),
      })
      const cli: Cli = {
        json: globals.json,
        workspace: folder.value,
        out,
        err,
        environment,
        places,
        programRoot,
        daemon,
        askSecret: canAsk(surroundings) ? (name) => askSecret(name, process.stdin, stderr) : null,
        confirm: canAsk(surroundings) ? (question) => askYesNo(question, process.stdin, stderr) : null,
        terminal: isatty(0) && stdout.isTTY ? callerTerminal(process.stdin, stdout) : null,
        interrupted: interruption(),
        now: Date.now,
      }
      const result = await verb.run(invocation, cli)
      return result.ok ? result.value : reportFailure(result, err, globals.json)
    }
  }
}

function workspaceOf({ workspace }: Globals): Result<string> {
  try {
    return success(path.resolve(process.cwd(), workspace ?? ''))
  } catch {
    return failure('not_found', 'The current folder does not exist any more.', 'Change to another one, or use -C DIR.')
  }
}

/** Questions go to standard error, so that standard output may be redirected. */
const canAsk = ({ stderr }: Surroundings): boolean => isatty(0) && stderr.isTTY

/** `procession session logs x | head` is no failure: whoever read has read enough. */
function endQuietlyOnBrokenPipe(stdout: OutputStream): void {
  stdout.on('error', (error) => {
    if ('code' in error && error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

function versionOf(programRoot: string): string {
  const content: unknown = JSON.parse(readFileSync(path.join(programRoot, 'package.json'), 'utf8'))
  return typeof content === 'object' && content !== null && 'version' in content ? String(content.version) : ''
}
