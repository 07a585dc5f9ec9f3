import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { daemonLogText, tailFile } from '../daemon-log.ts'
import { parseLineCount, parseOptional } from '../parse.ts'
import { exitInterrupted, exitOk, type Invocation, type Verb } from '../verb.ts'

/** What fits on a few screens. */
const defaultLines = 100

export const daemonLogs: Verb = {
  path: ['daemon', 'logs'],
  summary: "print the daemon's own log, also when none runs",
  operands: '',
  options: [
    { flags: '-n, --lines <n>', description: `the last n lines (else ${defaultLines})` },
    { flags: '-f, --follow', description: 'go on with what comes, until Ctrl-C' },
  ],
  examples: ['procession daemon logs -n 20', 'procession daemon logs -f'],
  notes: ['With --json each line is the JSON object that the daemon wrote.'],
  run: logs,
}

async function logs({ options }: Invocation, cli: Cli): Promise<Result<number>> {
  const lines = parseOptional(options.text('lines'), parseLineCount)
  if (!lines.ok) return lines
  const follow = options.flag('follow') ? cli.interrupted() : null
  try {
    for await (const line of tailFile(cli.places.log, lines.value ?? defaultLines, follow)) {
      cli.out.line(cli.json ? line : daemonLogText(line))
    }
    return success(follow?.aborted ? exitInterrupted : exitOk)
  } catch (error) {
    return unreadable(error, cli.places.log)
  }
}

function unreadable(error: unknown, path: string): Result<number> {
  if (!(error instanceof Error && 'code' in error)) throw error
  if (error.code === 'ENOENT') {
    return failure(
      'not_found',
      `There is no log yet: ${path}`,
      'A daemon of this home writes it: procession daemon start',
    )
  }
  const code = error.code === 'EACCES' ? 'not_permitted' : 'failed'
  return failure(code, `The log cannot be read: ${error.message}`, 'Look at the owner and mode of the file.')
}
