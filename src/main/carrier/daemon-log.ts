import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'

/** What fits into an error message; the rest is in the file. */
const tailBytes = 16_384
const tailLines = 6
/** pino, "level": 40 is warn. What a daemon says before it ends is that or worse. */
const leastLevel = 40

/** Length in bytes; 0 for a file that does not exist. */
export const logLength = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

/**
 * The last complaints in the daemon's log behind `offset`, oldest first, for people: of the JSON lines of its logger
 * the messages of warnings and errors, of anything else (such as a stack of the runtime) the line itself.
 */
export function logLinesSince(file: string, offset: number): readonly string[] {
  return readTail(file, offset)
    .split('\n')
    .flatMap((line) => readable(line) ?? [])
    .slice(-tailLines)
}

function readTail(file: string, offset: number): string {
  let log: number
  try {
    log = openSync(file, 'r')
  } catch {
    return ''
  }
  try {
    const { size } = fstatSync(log)
    // A log that became shorter was rotated: all of it is new.
    const from = Math.max(offset <= size ? offset : 0, size - tailBytes)
    const bytes = Buffer.alloc(Math.max(0, size - from))
    return bytes.toString('utf8', 0, readSync(log, bytes, 0, bytes.length, from))
  } finally {
    closeSync(log)
  }
}

/** Null for a line that nobody needs to read. */
function readable(line: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not reach a terminal or a dialog
  const clean = line.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').trimEnd()
  if (!clean.startsWith('{')) return clean || null
  try {
    const { level, msg, err } = JSON.parse(clean)
    if (typeof level !== 'number') return clean
    if (level < leastLevel) return null
    const cause = typeof err?.message === 'string' && err.message !== msg ? err.message : null
    return [msg, cause].filter((part) => typeof part === 'string' && part !== '').join(': ') || null
  } catch {
    return clean
  }
}
