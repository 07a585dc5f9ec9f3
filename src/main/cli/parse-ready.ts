import {
  defaultReadyIntervalMs,
  defaultReadyTimeoutMs,
  type Readiness,
  type ReadinessCheck,
} from '../../shared/domain/readiness.ts'
import { type Failure, failure, type Result, success } from '../../shared/domain/result.ts'
import { splitWords } from '../../shared/text/shell-words.ts'
import { parseSeconds } from './parse.ts'

const highestPort = 65_535
/** Shorter than a look takes, longer than anybody waits: mistakes. */
const shortestMs = 10
const longestMs = 86_400_000

/**
 * Reads the values of `--ready`: one of `port=N`, `http=URL`, `log=RE`, `command=WORDS`, `expr=CEL`, and beside it
 * `interval=SECONDS` and `timeout=SECONDS`; or `none` alone, which takes a check away (null). Not given: undefined.
 */
export function parseReady(values: readonly string[]): Result<Readiness | null | undefined> {
  if (values.length === 0) return success(undefined)
  if (values.length === 1 && values[0] === 'none') return success(null)
  let check: ReadinessCheck | null = null
  let intervalMs = defaultReadyIntervalMs
  let timeoutMs = defaultReadyTimeoutMs
  for (const value of values) {
    const part = parsePart(value)
    if (!part.ok) return part
    if (part.value.kind === 'check') {
      if (check !== null) return bad('A process has one readiness check, not two')
      check = part.value.check
    } else if (part.value.kind === 'interval') intervalMs = part.value.ms
    else timeoutMs = part.value.ms
  }
  return check === null ? bad('Nothing says what ready means') : success({ check, intervalMs, timeoutMs })
}

type Part =
  | { readonly kind: 'check'; readonly check: ReadinessCheck }
  | { readonly kind: 'interval' | 'timeout'; readonly ms: number }

function parsePart(value: string): Result<Part> {
  const at = value.indexOf('=')
  const key = value.slice(0, Math.max(0, at))
  const text = value.slice(at + 1)
  if (at > 0 && text === '') return bad(`Nothing stands after ${key}=`)
  switch (key) {
    case 'port':
      return parsePort(text)
    case 'http':
      return URL.canParse(text) && /^https?:/i.test(text)
        ? isCheck({ kind: 'http', url: text })
        : bad(`Not an address that begins with http:// or https://: ${text}`)
    case 'log':
      return parsePattern(text)
    case 'command':
      return parseCommand(text)
    case 'expr':
      return isCheck({ kind: 'expr', expr: text })
    case 'interval':
    case 'timeout':
      return parseLength(key, text)
    default:
      return bad(`Not a readiness check: ${value}`)
  }
}

const isCheck = (check: ReadinessCheck): Result<Part> => success({ kind: 'check', check })

function parseLength(kind: 'interval' | 'timeout', text: string): Result<Part> {
  const length = parseSeconds(text)
  if (!length.ok) return length
  const ms = Math.round(length.value)
  if (ms < shortestMs || ms > longestMs) return bad(`The ${kind} is from 0.01 s to a day, not ${text} s`)
  return success({ kind, ms })
}

function parsePort(text: string): Result<Part> {
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= highestPort) return isCheck({ kind: 'port', port })
  return bad(`Not a port: ${text}`)
}

function parsePattern(text: string): Result<Part> {
  try {
    new RegExp(text)
    return isCheck({ kind: 'log', pattern: text })
  } catch (error) {
    return bad(error instanceof Error ? error.message : String(error))
  }
}

function parseCommand(text: string): Result<Part> {
  const words = splitWords(text)
  if (!words.ok) return bad(`The readiness command cannot be read: ${text} - ${words.message}`)
  return words.words.length === 0 ? bad('The command is empty') : isCheck({ kind: 'command', argv: [...words.words] })
}

const bad = (message: string): Failure =>
  failure(
    'bad_input',
    message,
    'Give --ready port=7496, http=URL, log=PATTERN, command="pg_isready -q" or expr="len(fp.listen) > 0"; with it --ready interval=1 and --ready timeout=60.',
  )
