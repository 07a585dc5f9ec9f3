import { type Result, success } from '../../../shared/domain/result.ts'
import { momentForms } from '../../../shared/text/parse-moment.ts'
import type { Cli } from '../cli.ts'
import { createLogPrinter } from '../logs/log-printer.ts'
import { createMatcher } from '../logs/matcher.ts'
import { readHits, readLines } from '../logs/read-logs.ts'
import { readLogRequest } from '../logs/request.ts'
import { findSources } from '../logs/sources.ts'
import { exitInterrupted, exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionLogs: Verb = {
  path: ['session', 'logs'],
  summary: 'print what processes have written, oldest first',
  operands: '[NAME...]',
  options: [
    { flags: '-n, --lines <n>', description: 'only the last n lines (else all)' },
    { flags: '-f, --follow', description: 'go on with what comes, until Ctrl-C' },
    { flags: '--err', description: 'standard error instead of standard output' },
    { flags: '--merge', description: 'both, in the order in which they came; without a name, of the whole session' },
    { flags: '--since <time>', description: 'only what was written at this time or later' },
    { flags: '--until <time>', description: 'only what was written before this time' },
    { flags: '--grep <re>', description: 'only lines that a regular expression (of JavaScript) fits' },
    { flags: '-i, --ignore-case', description: 'with --grep: small letters and capitals are the same' },
    { flags: '--raw', description: 'pass everything to a terminal, not only text and colours' },
  ],
  examples: [
    'procession session logs counter -n 20 -f',
    'procession session logs master.tws --err --since 10m',
    'procession session logs web worker -f --grep "error|failed" -i',
    'procession session logs --merge --since "yesterday 22:00" --until "today 06:00"',
    'procession session logs counter > counter.log',
  ],
  notes: [
    'Of several processes, lines are merged by time and begin with the name. With --grep each log is told by itself.',
    `TIME is ${momentForms}.`,
    'A terminal gets text and colours only; into a file or a pipe every byte goes as it was written.',
    'With --json each line is an object {"stream","at","name","offset","text"}, and a gap one with "gap" for "text".',
    'Ctrl-C ends it with exit code 130.',
  ],
  run: logs,
}

async function logs(invocation: Invocation, cli: Cli): Promise<Result<number>> {
  const request = readLogRequest(invocation, cli.now())
  if (!request.ok) return request
  const { names, follow, grep, raw } = request.value
  const client = await cli.daemon.connect({ lasting: follow })
  if (!client.ok) return client
  const sources = await findSources(client.value, names, cli)
  if (!sources.ok) return sources
  const matcher = grep === null ? null : createMatcher(grep.pattern)
  const printer = createLogPrinter({ names: sources.value.map(({ name }) => name), raw, matcher }, cli)
  const signal = cli.interrupted()
  const reading = { client: client.value, sources: sources.value, request: request.value, printer, signal }
  const ended =
    grep === null || matcher === null ? await readLines(reading) : await readHits(reading, grep, matcher, cli)
  const printed = await printer.end()
  if (signal.aborted) return success(exitInterrupted)
  if (!ended.ok) return ended
  return printed.ok ? success(exitOk) : printed
}
