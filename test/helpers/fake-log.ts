import type { InputOf, LogFindHit, LogPlace, LogStreams } from '../../src/shared/contract/contract.ts'
import { encodeLogPart, type LogSegment } from '../../src/shared/contract/log-part.ts'
import { type Result, success } from '../../src/shared/domain/result.ts'

type Stream = LogSegment['stream']
type Line = { readonly stream: Stream; readonly offset: number; readonly time: number; readonly bytes: Uint8Array }

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const linesPerPart = 500

/** The two log files of one process, line by line in the order in which they were written. */
export class FakeLog {
  private readonly lines: Line[] = []
  private readonly ends: { out: number; err: number } = { out: 0, err: 0 }
  private grown = new Set<() => void>()

  /** Appends text (with its newlines) at a time in milliseconds since 1970 UTC. */
  write(stream: Stream, time: number, text: string): this {
    for (const piece of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
      const bytes = encoder.encode(piece)
      this.lines.push({ stream, offset: this.ends[stream], time, bytes })
      this.ends[stream] += bytes.length
    }
    for (const wake of this.grown) wake()
    this.grown = new Set()
    return this
  }

  /** Where the next bytes go, for the offsets of a run. */
  get place(): LogPlace {
    return { ...this.ends }
  }

  async *tail(input: InputOf<'logs.tail'>, isStopped: () => boolean): AsyncGenerator<Uint8Array> {
    const { from, lines, follow } = input
    let next = from ? this.lines.findIndex((line) => line.offset >= from[line.stream]) : -1
    if (from && next < 0) next = this.lines.length
    if (!from) next = Math.max(0, this.lines.length - (lines ?? this.lines.length))
    for (;;) {
      while (next < this.lines.length) {
        const slice = this.lines.slice(next, next + linesPerPart)
        next += slice.length
        const wanted = slice.filter(
          (line) => isWanted(line, input.streams) && (!from || line.offset >= from[line.stream]),
        )
        if (wanted.length > 0) yield encodeLogPart(wanted)
      }
      if (!follow || isStopped()) return
      await new Promise<void>((resolve) => this.grown.add(resolve))
    }
  }

  async *before({ streams, before, maxBytes }: InputOf<'logs.before'>): AsyncGenerator<Uint8Array> {
    const left = { out: maxBytes, err: maxBytes }
    const wanted = this.lines.filter((line) => isWanted(line, streams) && line.offset < before[line.stream])
    const kept: Line[] = []
    for (const line of wanted.reverse()) {
      left[line.stream] -= line.bytes.length
      if (left[line.stream] >= 0) kept.unshift(line)
    }
    if (kept.length > 0) yield encodeLogPart(kept)
  }

  find(input: InputOf<'logs.find'>): Result<{ total: number; hits: LogFindHit[] }> {
    const { query, regex, caseSensitive } = input
    const source = regex ? query : query.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    const pattern = new RegExp(source, caseSensitive ? '' : 'i')
    const hits = this.lines
      .filter((line) => isWanted(line, input.streams) && pattern.test(decoder.decode(line.bytes)))
      .map(({ stream, offset, bytes }) => ({ stream, offset, length: bytes.length - 1 }))
    return success({ total: hits.length, hits })
  }
}

export const noLog = new FakeLog()

const isWanted = (line: Line, streams: LogStreams): boolean => streams === 'both' || line.stream === streams
