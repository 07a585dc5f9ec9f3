import { closeSync, openSync, readSync } from 'node:fs'
import { searchedText } from '../../../shared/text/line-pattern.ts'
import type { KeptSpan } from './dropped-ranges.ts'
import { newline } from './reader.ts'

/** What a worker can be told: a plain text to look for byte by byte, or a regular expression. */
export type Needle =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'pattern'; readonly source: string; readonly flags: string }

export type FoundLine = { readonly offset: number; readonly length: number }

const escapeByte = 0x1b
/** Of a longer line only so much is searched; a whole line must fit into memory. */
const searchedLineBytes = 1_048_576
/** Room for one line of the searched length and a block of others behind it. */
export const windowBytes = 2 * searchedLineBytes

type OnRange = (start: number, end: number) => void
/** Finds the lines that match in a block of lines; the block is valid only during the call. */
export type BlockSearch = (block: Buffer, onFound: OnRange) => void

/** `onLine` is called before each line that is looked at alone, as all are by a pattern: it shows headway. */
export function blockSearch(needle: Needle, onLine: () => void = () => {}): BlockSearch {
  if (needle.kind === 'pattern') {
    const pattern = new RegExp(needle.source, needle.flags)
    const matches = (bytes: Buffer) => {
      onLine()
      return pattern.test(searchedText(bytes.toString()))
    }
    return (block, onFound) => searchLines(block, matches, onFound)
  }
  const text = Buffer.from(needle.text)
  if (text.includes(newline)) return () => undefined
  const latin1 = text.toString('latin1')
  const matches = (bytes: Buffer) => searchedText(bytes.toString('latin1')).includes(latin1)
  return (block, onFound) =>
    block.includes(escapeByte) ? searchLines(block, matches, onFound) : searchText(block, text, onFound)
}

/** One native search per block; only lines with a hit cost anything else. */
function searchText(block: Buffer, text: Buffer, onFound: OnRange): void {
  for (let at = block.indexOf(text); at >= 0; ) {
    const start = at === 0 ? 0 : block.lastIndexOf(newline, at - 1) + 1
    const end = lineEnd(block, at)
    if (at + text.length <= start + searchedLineBytes) onFound(start, end)
    at = block.indexOf(text, end)
  }
}

function searchLines(block: Buffer, matches: (line: Buffer) => boolean, onFound: OnRange): void {
  for (let start = 0; start < block.length; ) {
    const end = lineEnd(block, start)
    if (matches(block.subarray(start, Math.min(end, start + searchedLineBytes)))) onFound(start, end)
    start = end + 1
  }
}

export type LineSearchOptions = {
  readonly search: BlockSearch
  /** What to look at, in order; each begins with a line. */
  readonly spans: readonly KeptSpan[]
  /** How much is read at once where lines are not longer; at most `windowBytes`. */
  readonly stepBytes: number
  readonly onRead?: (bytes: number) => void
}

/**
 * Searches one file in steps, for lines with a match. A pattern sees the line as UTF-8 without a carriage return at its
 * end; a plain text is compared as bytes. Terminal sequences such as colours do not count as part of a line. Lines
 * longer than 1 MiB are searched in their first 1 MiB. An absent file has no lines.
 */
export class LineSearch {
  readonly #descriptor: number | null
  readonly #search: BlockSearch
  readonly #spans: KeptSpan[]
  readonly #stepBytes: number
  readonly #onRead: (bytes: number) => void
  readonly #window: Buffer
  #position: number

  /** Throws where the file cannot be read. `window` is memory of `windowBytes` that searches may share. */
  constructor(path: string, window: Buffer, { search, spans, stepBytes, onRead = () => {} }: LineSearchOptions) {
    this.#search = search
    this.#spans = [...spans]
    this.#stepBytes = stepBytes
    this.#onRead = onRead
    this.#window = window
    this.#position = spans[0]?.start ?? 0
    this.#descriptor = openIfThere(path)
    if (this.#descriptor === null) this.#spans = []
  }

  /** Everything before has been searched. */
  get position(): number {
    return this.#position
  }

  /** Where the span ends that the next step is about. */
  get spanEnd(): number {
    return this.#spans[0]?.end ?? this.#position
  }

  get isDone(): boolean {
    return this.#spans.length === 0
  }

  /** Searches the next lines and calls back for those with a match, with their length without the newline. */
  step(onFound: (line: FoundLine) => void): void {
    const [span] = this.#spans
    if (span === undefined) return
    const block = this.#readLines(span)
    const base = this.#position
    const used = block.lastIndexOf(newline) + 1
    if (used > 0 || block.length < windowBytes) {
      const lines = used > 0 ? block.subarray(0, used) : block
      this.#search(lines, (from, to) => onFound({ offset: base + from, length: to - from }))
      // Nothing more is there of a file that was cut meanwhile.
      this.#moveTo(lines.length > 0 ? base + lines.length : span.end)
    } else {
      const end = this.#lineEnd(base + block.length, span.end)
      this.#search(block, () => onFound({ offset: base, length: end - base }))
      this.#moveTo(Math.min(end + 1, span.end))
    }
  }

  /** Fewer bytes than `length` only at the end of the file. */
  read(position: number, length: number, into: Buffer): Buffer {
    let filled = 0
    while (this.#descriptor !== null && filled < length) {
      const count = readSync(this.#descriptor, into, filled, length - filled, position + filled)
      if (count === 0) break
      filled += count
    }
    this.#onRead(filled)
    return into.subarray(0, filled)
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor)
  }

  /** A step with at least one whole line, the window full of one line, or what is left of the span. */
  #readLines(span: KeptSpan): Buffer {
    const left = span.end - this.#position
    const block = this.read(this.#position, Math.min(left, this.#stepBytes), this.#window)
    if (block.includes(newline) || block.length < this.#stepBytes || left === block.length) return block
    return this.read(this.#position, Math.min(left, windowBytes), this.#window)
  }

  /** Where the line ends (its newline, or `end`) whose start was read up to `position`. */
  #lineEnd(position: number, end: number): number {
    const block = Buffer.allocUnsafeSlow(searchedLineBytes)
    for (let at = position; at < end; at += block.length) {
      const read = this.read(at, Math.min(block.length, end - at), block)
      const found = read.indexOf(newline)
      if (found >= 0) return at + found
      if (read.length < block.length) return at + read.length
    }
    return end
  }

  #moveTo(position: number): void {
    const [span] = this.#spans
    this.#position = position
    if (span === undefined || position < span.end) return
    this.#spans.shift()
    this.#position = this.#spans[0]?.start ?? position
  }
}

/** All lines with a match of some spans of one file, in order. */
export function searchSpans(
  path: string,
  needle: Needle,
  spans: readonly KeptSpan[],
  onFound: (line: FoundLine) => void,
): void {
  const window = Buffer.allocUnsafeSlow(windowBytes)
  const search = new LineSearch(path, window, { search: blockSearch(needle), spans, stepBytes: windowBytes })
  try {
    while (!search.isDone) search.step(onFound)
  } finally {
    search.close()
  }
}

function lineEnd(block: Buffer, from: number): number {
  const at = block.indexOf(newline, from)
  return at < 0 ? block.length : at
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
