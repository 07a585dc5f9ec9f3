import { closeSync, openSync, readSync } from 'node:fs'
import type { ProbedRun, ReadyProbe } from '../../host/ready-port.ts'
import { matchInThread, matchTimeLimitMs } from './match.ts'

/** Output is read in pieces of this many bytes, at most `piecesPerAsk` of them in one turn. */
const pieceBytes = 64 * 1024
const piecesPerAsk = 16
/** Of a longer line only the beginning is looked at: patterns are for messages, and their cost grows with the line. */
const longestLine = 4096

/** Looks for a line that matches `pattern` in what a run has written so far; each byte is read once. */
export function createLogProbe(
  pattern: string,
  logs: ProbedRun['logs'],
  timeLimitMs: number = matchTimeLimitMs,
): ReadyProbe {
  const files = logs.map(({ path, from }) => new LineReader(path, from))
  return {
    ask: async (signal) => {
      const lines = files.flatMap((file) => file.nextLines())
      return lines.length > 0 && (await matchInThread({ pattern, lines }, signal, timeLimitMs))
    },
  }
}

class LineReader {
  readonly #path: string
  #offset: number
  #rest = ''

  constructor(path: string, from: number) {
    this.#path = path
    this.#offset = from
  }

  /** Whole lines that have come since the last call. A file that cannot be read has none. */
  nextLines(): string[] {
    let text = this.#rest
    for (let piece = 0; piece < piecesPerAsk; piece++) {
      const bytes = this.#read()
      if (bytes === null) break
      text += bytes.toString('latin1')
    }
    const lines = text.split('\n')
    this.#rest = (lines.pop() ?? '').slice(0, longestLine)
    return lines.map((line) => Buffer.from(line.slice(0, longestLine), 'latin1').toString('utf8'))
  }

  #read(): Buffer | null {
    const buffer = Buffer.allocUnsafe(pieceBytes)
    try {
      const file = openSync(this.#path, 'r')
      try {
        const count = readSync(file, buffer, 0, pieceBytes, this.#offset)
        if (count === 0) return null
        this.#offset += count
        return buffer.subarray(0, count)
      } finally {
        closeSync(file)
      }
    } catch {
      return null
    }
  }
}
