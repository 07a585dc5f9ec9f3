import { constants } from 'node:os'
import { hostNamePattern } from '../../shared/domain/host.ts'
import type { RestartPolicy } from '../../shared/domain/restart.ts'
import { failure, type Result, success } from '../../shared/domain/result.ts'
import { type Ms, seconds } from '../../shared/domain/units.ts'

/** What an option's text may be turned into. */
export type Parser<T> = (text: string) => Result<T>

/** `undefined` stays so: an option that is not given keeps what is stored. */
export function parseOptional<T>(text: string | undefined, parse: Parser<T>): Result<T | undefined> {
  return text === undefined ? success(undefined) : parse(text)
}

export function parseRestart(text: string): Result<RestartPolicy> {
  switch (text) {
    case '0':
    case 'never':
      return success('never')
    case '1':
    case 'always':
      return success('always')
    case 'on-failure':
      return success('on-failure')
    default:
      return failure('bad_input', `No such restart policy: "${text}"`, 'Use 0 or never, 1 or always, or on-failure.')
  }
}

export function parseShutdown(text: string): Result<boolean> {
  if (text === '0' || text === '1') return success(text === '1')
  return failure(
    'bad_input',
    `--shutdown is 0 or 1, not "${text}"`,
    '1: stopped when the session is deactivated; 0: left alone.',
  )
}

/** A number of seconds of 0 or more, fractions allowed. */
export function parseSeconds(text: string): Result<Ms> {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && Number.isFinite(value)) return success(seconds(value))
  return failure('bad_input', `Not a number of seconds: ${text}`, 'Give seconds like 10 or 0.5.')
}

/** A day: who has to wait longer for an end would not use a limit. */
const longestGraceS = 86_400

/** Seconds of `--grace`, from 0 to a day. */
export function parseGrace(text: string): Result<Ms> {
  const grace = parseSeconds(text)
  if (!grace.ok || grace.value <= seconds(longestGraceS)) return grace
  return failure('bad_input', `The grace is too long: ${text} s`, 'Give seconds up to 86400, which is a day.')
}

/** Highest pid that Linux gives (proc_sys_kernel(5), pid_max). */
const highestPid = 4_194_304

export function parsePid(text: string): Result<number> {
  const pid = Number(text)
  if (/^\d+$/.test(text) && pid >= 1 && pid <= highestPid) return success(pid)
  return failure('bad_input', `Not a pid: ${text}`, 'Give the number that ps or pgrep shows.')
}

/** A year: nobody waits longer, and timers have an end. */
const longestTimeoutS = 31_536_000

/** Seconds, fractions allowed; 0 or less is for ever (null). */
export function parseTimeout(text: string): Result<Ms | null> {
  const value = Number(text)
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || Number.isNaN(value) || value > longestTimeoutS) {
    return failure(
      'bad_input',
      `Not a number of seconds up to a year: ${text}`,
      'Give seconds like 60 or 0.5; 0 waits for ever.',
    )
  }
  return success(value > 0 ? seconds(value) : null)
}

/** How many lines `-n` asks for. */
export function parseLineCount(text: string): Result<number> {
  if (/^\d{1,6}$/.test(text)) return success(Number(text))
  return failure('bad_input', `Not a number of lines: ${text}`, 'Give a whole number from 0 to 999999.')
}

/** `TERM`, `SIGTERM` and `term` are one signal: `SIGTERM` (signal(7)). */
export function parseSignal(text: string): Result<string> {
  const upper = text.toUpperCase()
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`
  if (name in constants.signals) return success(name)
  return failure('bad_input', `No such signal: ${text}`, 'Give a name like TERM, INT or USR1.')
}

/** `K=V`; the value may be empty and hold further `=`. */
export function parsePair(text: string): Result<readonly [string, string]> {
  const at = text.indexOf('=')
  if (at > 0) return success([text.slice(0, at), text.slice(at + 1)])
  return failure('bad_input', `Not NAME=VALUE: ${text}`, 'Write it as --env NAME=VALUE.')
}

/** The name of a machine as ssh takes it, never an option of ssh: `gpu-01`, `me@10.0.0.7`. */
export function parseHostName(text: string): Result<string> {
  if (hostNamePattern.test(text)) return success(text)
  return failure(
    'bad_input',
    `Not the name of a host: ${text}`,
    'Give a name of ~/.ssh/config, a host name or an address, such as gpu-01 or me@10.0.0.7.',
  )
}

/** Processes that a host may start at the same time. */
export function parseParallel(text: string): Result<number> {
  const value = Number(text)
  if (/^\d{1,4}$/.test(text) && value >= 1 && value <= 1000) return success(value)
  return failure('bad_input', `Not a number of processes: ${text}`, 'Give a whole number from 1 to 1000.')
}

/** A fingerprint of a key as OpenSSH writes it: base64 of SHA-256, without padding. */
export function parseFingerprint(text: string): Result<string> {
  const [, digest] = /^(?:SHA256:)?([A-Za-z0-9+/]{43})=?$/.exec(text) ?? []
  if (digest !== undefined) return success(`SHA256:${digest}`)
  return failure(
    'bad_input',
    `Not a fingerprint of a key: ${text}`,
    'Give it as ssh-keygen -l writes it: SHA256: and 43 letters, digits, + and /.',
  )
}
