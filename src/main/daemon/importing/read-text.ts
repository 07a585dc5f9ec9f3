import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { type Failure, failure, type Result, success } from '../../../shared/domain/result.ts'

const mebibyte = 1_048_576
/** A file that people write has far less than 1 MiB; reading one that large takes about a second. */
export const foreignSizeLimit = mebibyte
/** Our own export also holds saved states, with every open file of a program. */
export const ownSizeLimit = 4 * mebibyte
/** Fewer than the size allows: many short lines take longest to read. */
const mostLines = 100_000

const newline = 0x0a

/** How a file is opened: `nofollow` refuses a symbolic link in its last part. */
export type Following = 'follow' | 'nofollow'

/**
 * The text of a regular file of at most `limit` bytes, without a byte order mark. Failures name the file, and the line
 * where it is not UTF-8 or holds a NUL. Never waits, also not for a named pipe.
 */
export function readText(path: string, limit: number, following: Following = 'follow'): Result<string> {
  const bytes = readBytes(path, limit, following)
  return bytes.ok ? decode(path, bytes.value) : bytes
}

function readBytes(path: string, limit: number, following: Following): Result<Buffer> {
  const link = following === 'nofollow' ? constants.O_NOFOLLOW : 0
  let handle: number
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | link)
  } catch (error) {
    return openFailure(path, error)
  }
  try {
    const stat = fstatSync(handle)
    if (!stat.isFile()) return failure('bad_input', `${path} is not a file.`, 'Give a file or a folder')
    if (stat.size > limit) return tooLarge(path, limit)
    // One more than allowed: a file may grow, and those of /proc have no size.
    const buffer = Buffer.alloc(limit + 1)
    let length = 0
    for (;;) {
      const count = readSync(handle, buffer, length, buffer.length - length, null)
      length += count
      if (count === 0) return success(buffer.subarray(0, length))
      if (length > limit) return tooLarge(path, limit)
    }
  } catch (error) {
    return openFailure(path, error)
  } finally {
    closeSync(handle)
  }
}

export const tooLarge = (path: string, limit: number): Failure =>
  failure('bad_input', `${path} is larger than ${limit / mebibyte} MiB.`, 'Check that this is the right file')

function openFailure(path: string, error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  if (code === null) throw error
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return failure('not_found', `${path} does not exist.`, 'Check the path')
    case 'EACCES':
    case 'EPERM':
      return failure('not_permitted', `${path} may not be read.`, 'Check its owner and mode')
    case 'ELOOP':
      return failure('bad_input', `${path} is a symbolic link, which is not followed here.`)
    case 'EISDIR':
      return failure('bad_input', `${path} is a folder.`)
    default:
      return failure('failed', `${path} cannot be read: ${code}.`, 'Check the path and the disk')
  }
}

function decode(path: string, bytes: Buffer): Result<string> {
  const nul = bytes.indexOf(0)
  if (nul >= 0) return badLine(path, lineOf(bytes, nul), 'contains a NUL character, so this is no text file')
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    return badLine(path, firstBrokenLine(bytes), 'is not UTF-8')
  }
  const unixText = text.replaceAll('\r\n', '\n')
  let lines = 1
  for (let at = unixText.indexOf('\n'); at >= 0; at = unixText.indexOf('\n', at + 1)) lines += 1
  return lines > mostLines
    ? badLine(path, mostLines + 1, `is too far down: more than ${mostLines.toLocaleString('en')} lines are not read`)
    : success(unixText)
}

/** A failure about one line of a file. */
export const badLine = (path: string, line: number, problem: string): Failure =>
  failure('bad_input', `${path}, line ${line} ${problem}.`, 'Check that this is the right file, or mend that line')

function lineOf(bytes: Buffer, offset: number): number {
  let line = 1
  for (let at = bytes.indexOf(newline); at >= 0 && at < offset; at = bytes.indexOf(newline, at + 1)) line += 1
  return line
}

function firstBrokenLine(bytes: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let start = 0
  for (let line = 1; ; line++) {
    const end = bytes.indexOf(newline, start)
    try {
      decoder.decode(bytes.subarray(start, end < 0 ? bytes.length : end))
    } catch {
      return line
    }
    if (end < 0) return line
    start = end + 1
  }
}
