import type { LogPlace, LogStreams } from '../../shared/contract/contract.ts'
import type { LogSegment } from '../../shared/contract/log-part.ts'
import { ColoursOnly } from './colours-only.ts'
import { printableJson } from './printable.ts'

/** Turns segments of a log into the bytes that go out. */
export type LogOutput = {
  write(segment: LogSegment): Uint8Array
  /** What is still held back when the log ends. */
  end(): Uint8Array
}

const newline = 0x0a
const encoder = new TextEncoder()
const nothing = new Uint8Array(0)

/** Every byte as it was written. Between two streams a newline is added where the first left its line unfinished. */
export function untouchedOutput(): LogOutput {
  let last: { readonly stream: LogSegment['stream']; readonly unfinished: boolean } | null = null
  return {
    write({ stream, bytes }) {
      const glued = last !== null && last.stream !== stream && last.unfinished
      last = { stream, unfinished: bytes.at(-1) !== newline }
      return glued ? Uint8Array.of(newline, ...bytes) : bytes
    },
    end: () => nothing,
  }
}

/** For a terminal: text and, where `colour`, colours. */
export function terminalOutput(colour: boolean): LogOutput {
  const filters = { out: new ColoursOnly(colour), err: new ColoursOnly(colour) }
  const joined = untouchedOutput()
  return {
    write: ({ stream, bytes, ...segment }) =>
      joined.write({ ...segment, stream, bytes: encoder.encode(filters[stream].filter(bytes)) }),
    end: () => encoder.encode(filters.out.end() + filters.err.end()),
  }
}

/** One JSON object for each line: `{"stream","at","text"}`. */
export function jsonOutput(): LogOutput {
  const lines = { out: new LineReader('out'), err: new LineReader('err') }
  return {
    write: ({ stream, time, bytes }) => encoder.encode(lines[stream].read(bytes, time)),
    end: () => encoder.encode(lines.out.end() + lines.err.end()),
  }
}

class LineReader {
  readonly #stream: LogSegment['stream']
  readonly #decoder = new TextDecoder()
  #unfinished = ''
  #time = 0

  constructor(stream: LogSegment['stream']) {
    this.#stream = stream
  }

  read(bytes: Uint8Array, time: number): string {
    this.#time = time
    const lines = (this.#unfinished + this.#decoder.decode(bytes, { stream: true })).split('\n')
    this.#unfinished = lines.pop() ?? ''
    return lines.map((text) => this.#line(text)).join('')
  }

  end(): string {
    const text = this.#unfinished + this.#decoder.decode()
    this.#unfinished = ''
    return text === '' ? '' : this.#line(text)
  }

  #line(text: string): string {
    return `${printableJson({ stream: this.#stream, at: new Date(this.#time).toISOString(), text }, false)}\n`
  }
}

/**
 * Where a broken log stream goes on after `segments`. A stream of which nothing has come yet starts at its beginning:
 * that is only the case while it is empty, or has nothing among the last lines.
 */
export function placeAfter(from: LogPlace | null, segments: readonly LogSegment[]): LogPlace {
  const place = { ...(from ?? { out: 0, err: 0 }) }
  for (const { stream, offset, bytes } of segments) place[stream] = offset + bytes.length
  return place
}

/** `--err` and `--merge` choose; standard output alone is the default. */
export function chosenStreams(err: boolean, merge: boolean): LogStreams {
  if (merge) return 'both'
  return err ? 'err' : 'out'
}
