import { type FileHandle, open } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

/** How much of the end of the log is searched for the last lines: a few thousand lines. */
const tailBytes = 4 * 1024 * 1024
/** The daemon writes seldom; a person does not notice a quarter of a second. */
const lookEveryMs = 250
const blockBytes = 64 * 1024

/** The last `lines` lines of a file and, when `follow` is given, what is appended until it aborts. In whole lines. */
export async function* tailFile(path: string, lines: number, follow: AbortSignal | null): AsyncGenerator<string> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const start = Math.max(0, size - tailBytes)
    const reader = new LineBlocks(file, start)
    const all = await reader.toEnd()
    yield* lines === 0 ? [] : all.slice(-lines)
    while (follow !== null && !follow.aborted) {
      await pause(lookEveryMs, undefined, { signal: follow }).catch(() => undefined)
      yield* await reader.toEnd()
    }
  } finally {
    await file.close()
  }
}

/** Reads on from a position; a line counts when its newline is there. */
class LineBlocks {
  readonly #file: FileHandle
  readonly #decoder = new TextDecoder()
  #position: number
  #unfinished = ''

  constructor(file: FileHandle, position: number) {
    this.#file = file
    this.#position = position
  }

  async toEnd(): Promise<string[]> {
    const found: string[] = []
    const block = new Uint8Array(blockBytes)
    for (;;) {
      const { bytesRead } = await this.#file.read(block, 0, blockBytes, this.#position)
      if (bytesRead === 0) return found
      this.#position += bytesRead
      const lines = (this.#unfinished + this.#decoder.decode(block.subarray(0, bytesRead), { stream: true })).split(
        '\n',
      )
      this.#unfinished = lines.pop() ?? ''
      found.push(...lines)
    }
  }
}

/** Names of pino's levels (https://getpino.io/#/docs/api?id=loggerlevels-object). */
const levelNames: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
}

/** One line of the daemon's log for people: time, level, message, then `key=value`. Other text stays as it is. */
export function daemonLogText(line: string): string {
  const entry = parseEntry(line)
  if (entry === null) return line
  const { time, level, msg, pid: _pid, hostname: _hostname, v: _version, ...rest } = entry
  const when = typeof time === 'number' ? new Date(time).toISOString() : String(time ?? '')
  const pairs = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return [when, levelNames[Number(level)] ?? String(level ?? ''), String(msg ?? ''), ...pairs]
    .filter((part) => part !== '')
    .join(' ')
}

function parseEntry(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}
