import type { LogLines } from '../../../shared/contract/log-part.ts'

/** One line of a log, or a piece of one. */
export type LogLine = Omit<LogLines, 'kind' | 'bytes'> & {
  /** Without its newline. */
  readonly bytes: Uint8Array
  /** False for a piece that more of the line may follow. */
  readonly ended: boolean
  /** True unless it goes on with a line of which a piece was given out before. */
  readonly begins: boolean
}

type Held = { readonly chunks: Uint8Array[]; readonly offset: number; length: number; time: number; begins: boolean }
type FileKey = `${number} ${'out' | 'err'}`

const newline = 0x0a

/**
 * Cuts segments of several logs into lines with their places. A line comes as a whole, or in pieces where it is longer
 * than `longest` bytes: nothing is held without bound.
 */
export class LineReader {
  readonly #longest: number
  readonly #held = new Map<FileKey, Held>()

  constructor(longest: number) {
    this.#longest = longest
  }

  read(segment: LogLines): LogLine[] {
    const { source, stream, offset, bytes } = segment
    const key: FileKey = `${source} ${stream}`
    const lines: LogLine[] = []
    const held = this.#held.get(key)
    // Where bytes are missing in between, what is held is not the beginning of what comes.
    if (held !== undefined && held.offset + held.length !== offset) lines.push(...this.#flush(key, segment))
    let start = 0
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      lines.push(this.#complete(key, segment, bytes.subarray(start, end), offset + start))
      start = end + 1
    }
    if (start < bytes.length) lines.push(...this.#hold(key, segment, start))
    return lines
  }

  /** The lines that have no newline yet. */
  rest(): LogLine[] {
    return [...this.#held.keys()].flatMap((key) => {
      const [source, stream] = key.split(' ')
      return this.#flush(key, { source: Number(source), stream: stream === 'err' ? 'err' : 'out' })
    })
  }

  #complete(key: FileKey, { source, stream, time }: LogLines, bytes: Uint8Array, offset: number): LogLine {
    const held = this.#held.get(key)
    this.#held.delete(key)
    if (held === undefined) return { source, stream, offset, time, bytes, ended: true, begins: true }
    held.chunks.push(bytes)
    return {
      source,
      stream,
      offset: held.offset,
      time,
      bytes: Buffer.concat(held.chunks),
      ended: true,
      begins: held.begins,
    }
  }

  #hold(key: FileKey, segment: LogLines, start: number): LogLine[] {
    // A copy: the segment shares the memory of a whole part.
    const chunk = segment.bytes.slice(start)
    const { source, stream, time } = segment
    const held = this.#held.get(key) ?? {
      chunks: [],
      offset: segment.offset + start,
      length: 0,
      time,
      begins: true,
    }
    held.chunks.push(chunk)
    held.length += chunk.length
    held.time = time
    if (held.length < this.#longest) {
      this.#held.set(key, held)
      return []
    }
    const { offset, begins, length } = held
    this.#held.set(key, { chunks: [], offset: offset + length, length: 0, time, begins: false })
    return [{ source, stream, offset, time, bytes: Buffer.concat(held.chunks), ended: false, begins }]
  }

  #flush(key: FileKey, { source, stream }: Pick<LogLine, 'source' | 'stream'>): LogLine[] {
    const held = this.#held.get(key)
    this.#held.delete(key)
    if (held === undefined || held.length === 0) return []
    const { offset, time, begins } = held
    return [{ source, stream, offset, time, bytes: Buffer.concat(held.chunks), ended: false, begins }]
  }
}
