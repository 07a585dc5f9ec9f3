import type { LogGap, LogLines } from '../../../shared/contract/log-part.ts'
import { printableJson } from '../printable.ts'
import { textOf } from './highlight.ts'
import { LineReader, type LogLine } from './line-reader.ts'

/** Longer lines come in pieces, so that no log can take all memory. */
const longestLineBytes = 16 * 1_048_576

/** One JSON object for each line and each gap, as docs/schema/cli.json says. Scripts rely on the keys. */
export class JsonLines {
  readonly #names: readonly string[]
  readonly #reader: LineReader

  /** @param names what the sources are called */
  constructor(names: readonly string[], longest = longestLineBytes) {
    this.#names = names
    this.#reader = new LineReader(longest)
  }

  lines(segment: LogLines): string {
    return this.#written(this.#reader.read(segment), false)
  }

  gap(gap: LogGap): string {
    const { offset, end, reason } = gap
    return line({ ...this.#place(gap), gap: { end, bytes: end - offset, reason } })
  }

  end(): string {
    return this.#written(this.#reader.rest(), true)
  }

  #written(lines: readonly LogLine[], isEnd: boolean): string {
    return lines
      .map((part) => line({ ...this.#place(part), text: textOf(part), ...(part.ended || isEnd ? {} : { cut: true }) }))
      .join('')
  }

  #place({ source, stream, offset, time }: Pick<LogLine, 'source' | 'stream' | 'offset' | 'time'>) {
    return { stream, at: new Date(time).toISOString(), name: this.#names[source] ?? '', offset }
  }
}

const line = (value: unknown): string => `${printableJson(value, false)}\n`
