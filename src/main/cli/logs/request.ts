import type { LogStreams } from '../../../shared/contract/contract.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { type LinePattern, readLinePattern } from '../../../shared/text/line-pattern.ts'
import { parseMoment } from '../../../shared/text/parse-moment.ts'
import { parseLineCount, parseOptional } from '../parse.ts'
import type { Invocation, OptionValues } from '../verb.ts'

/** What `session logs` was asked for. Times are milliseconds since 1970 UTC. */
export type LogRequest = {
  /** Empty: every process of the session. */
  readonly names: readonly string[]
  readonly streams: LogStreams
  /** Null: all. */
  readonly lines: number | null
  readonly follow: boolean
  readonly raw: boolean
  readonly since: number | null
  readonly until: number | null
  readonly grep: Grep | null
}

export type Grep = { readonly query: string; readonly caseSensitive: boolean; readonly pattern: LinePattern }

/** The daemon takes no longer one. */
const longestPattern = 1000

export function readLogRequest({ operands, options }: Invocation, now: number): Result<LogRequest> {
  const merge = options.flag('merge')
  if (options.flag('err') && merge) return exclusive('--err and --merge', '--merge prints both streams.')
  if (operands.length === 0 && !merge) {
    return failure('bad_input', 'No process is named', 'Name one or several, or give --merge for all of the session.')
  }
  const lines = parseOptional(options.text('lines'), parseLineCount)
  if (!lines.ok) return lines
  const follow = options.flag('follow')
  const span = readSpan(options, follow, now)
  if (!span.ok) return span
  const grep = readGrep(options)
  if (!grep.ok) return grep
  return success({
    names: operands,
    streams: chosenStreams(options.flag('err'), merge),
    lines: lines.value ?? null,
    follow,
    raw: options.flag('raw'),
    ...span.value,
    grep: grep.value,
  })
}

/** `--err` and `--merge` choose; standard output alone is the default. */
function chosenStreams(err: boolean, merge: boolean): LogStreams {
  if (merge) return 'both'
  return err ? 'err' : 'out'
}

function readSpan(options: OptionValues, follow: boolean, now: number): Result<Pick<LogRequest, 'since' | 'until'>> {
  const moment = (name: string) => parseOptional(options.text(name), (text) => parseMoment(text, now))
  const since = moment('since')
  if (!since.ok) return since
  const until = moment('until')
  if (!until.ok) return until
  if (until.value !== undefined && follow) {
    return exclusive('--follow and --until', 'What is followed has no end; leave one of them out.')
  }
  if (since.value !== undefined && since.value > now) {
    return failure('bad_input', `--since ${options.text('since')} is in the future`, 'Nothing was written since then.')
  }
  if (since.value !== undefined && until.value !== undefined && until.value <= since.value) {
    return failure('bad_input', '--until is not after --since', 'Lines are printed from --since up to --until.')
  }
  return success({ since: since.value ?? null, until: until.value ?? null })
}

function readGrep(options: OptionValues): Result<Grep | null> {
  const query = options.text('grep')
  const caseSensitive = !options.flag('ignoreCase')
  if (query === undefined) {
    if (caseSensitive) return success(null)
    return failure('bad_input', '--ignore-case says nothing without --grep', 'Give --grep RE as well.')
  }
  if (query === '' || query.length > longestPattern) {
    const what = query === '' ? 'is empty' : `has more than ${longestPattern} characters`
    return failure(
      'bad_input',
      `The expression of --grep ${what}`,
      'Give a regular expression, such as "error|failed".',
    )
  }
  const pattern = readLinePattern(query, caseSensitive)
  return pattern.ok ? success({ query, caseSensitive, pattern: pattern.value }) : pattern
}

const exclusive = (which: string, hint: string) => failure('bad_input', `${which} exclude each other`, hint)
