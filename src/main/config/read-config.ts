import { isUtf8 } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { type Failure, failure, type Result, success } from '../../shared/domain/result.ts'
import { type ConfigProblem, type ParsedConfig, parseConfig } from './parse-config.ts'
import { type Config, defaultConfig } from './schema.ts'

/** Thousands of hosts and queues fit; what is larger is another file that got here by mistake. */
export const maxConfigBytes = 1_048_576

/** What config.yaml says. Without a file the defaults hold. */
export type ConfigReading = ParsedConfig & { readonly exists: boolean }

/** Reads and checks the file at `path`. A file that cannot be read is a problem like a wrong line in it. */
export function checkConfig(path: string): ConfigReading {
  const bytes = readBytes(path)
  if (bytes === null) return { ok: true, config: defaultConfig, exists: false }
  if (!bytes.ok) return { ok: false, problems: [bytes.problem], exists: true }
  if (!isUtf8(bytes.value)) {
    const line = firstBrokenLine(bytes.value)
    return { ok: false, problems: [{ line, message: 'is not UTF-8: save it in that encoding' }], exists: true }
  }
  return { ...parseConfig(new TextDecoder().decode(bytes.value)), exists: true }
}

/** The settings of the file, or `bad_input` with one line `config.yaml line N: ...` for each problem. */
export function readConfig(path: string): Result<Config> {
  const reading = checkConfig(path)
  return reading.ok ? success(reading.config) : configFailure(path, reading.problems)
}

/** `config.yaml line 3: unknown key "handler"`. */
function problemText(path: string, { line, message }: ConfigProblem): string {
  const place = line === null ? basename(path) : `${basename(path)} line ${line}:`
  return `${place} ${message}`
}

/** One line for each problem. */
export const configFailure = (path: string, problems: readonly ConfigProblem[]): Failure =>
  failure('bad_input', problems.map((problem) => problemText(path, problem)).join('\n'), `Correct ${path}`)

type Bytes = { readonly ok: true; readonly value: Buffer } | { readonly ok: false; readonly problem: ConfigProblem }

/** Null where there is no file. Never waits: what is no regular file (a pipe, a device) is refused. */
function readBytes(path: string): Bytes | null {
  let descriptor: number
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    return isMissing(error) ? null : unreadable(error)
  }
  try {
    if (!fstatSync(descriptor).isFile()) return problem('is not a file')
    const buffer = Buffer.alloc(maxConfigBytes + 1)
    let length = 0
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(descriptor, buffer, length, buffer.length - length, null)
    }
    if (length > maxConfigBytes) return problem(`is larger than ${maxConfigBytes / 1_048_576} MiB`)
    return { ok: true, value: buffer.subarray(0, length) }
  } catch (error) {
    return unreadable(error)
  } finally {
    closeSync(descriptor)
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')

const problem = (message: string): Bytes => ({ ok: false, problem: { line: null, message } })

const unreadable = (error: unknown): Bytes =>
  problem(`cannot be read: ${error instanceof Error ? error.message : String(error)}`)

function firstBrokenLine(bytes: Buffer): number {
  let line = 1
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(0x0a, start)
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line
    start = end + 1
  }
}
