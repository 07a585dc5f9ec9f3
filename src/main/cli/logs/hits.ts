import type { LogLines, LogSegment } from '../../../shared/contract/log-part.ts'
import { type Result, success } from '../../../shared/domain/result.ts'
import { searchedLineBytes, textOf } from './highlight.ts'
import { LineReader, type LogLine } from './line-reader.ts'
import type { Matcher } from './matcher.ts'

const newline = Uint8Array.of(0x0a)

const segmentOf = ({ source, stream, offset, time, bytes, ended }: LogLine): LogLines => ({
  kind: 'lines',
  source,
  stream,
  offset,
  time,
  bytes: ended ? Buffer.concat([bytes, newline]) : bytes,
})

/** Passes on the lines that a pattern fits, each when it is whole; gaps pass. Of a long line its first 1 MiB decides. */
export class HitFilter {
  readonly #matcher: Matcher
  readonly #reader = new LineReader(searchedLineBytes)
  /** Logs of which a long line is being passed on. */
  readonly #passing = new Set<string>()

  constructor(matcher: Matcher) {
    this.#matcher = matcher
  }

  /** Failure: `timeout`. */
  filter(segments: readonly LogSegment[]): Result<readonly LogSegment[]> {
    const lines = segments.flatMap((segment) => (segment.kind === 'gap' ? [] : this.#reader.read(segment)))
    const hits = this.#hits(lines)
    if (!hits.ok) return hits
    return success([...segments.filter((segment) => segment.kind === 'gap'), ...hits.value])
  }

  /** The lines that have no newline yet, when nothing more will come. */
  rest(): Result<readonly LogSegment[]> {
    return this.#hits(this.#reader.rest())
  }

  #hits(lines: readonly LogLine[]): Result<readonly LogSegment[]> {
    if (lines.length === 0) return success([])
    const found = this.#matcher(lines.map(textOf))
    if (!found.ok) return found
    return success(lines.filter((line, index) => this.#passes(line, found.value[index] !== null)).map(segmentOf))
  }

  #passes({ source, stream, begins, ended }: LogLine, fits: boolean): boolean {
    const key = `${source} ${stream}`
    const passes = begins ? fits : this.#passing.has(key)
    if (passes && !ended) this.#passing.add(key)
    else this.#passing.delete(key)
    return passes
  }
}

/** What of the last hits is held in memory until the search is over. */
const maxHeldBytes = 64 * 1_048_576

/** One line, in as many pieces as it came in. */
type Hit = { readonly time: number; readonly pieces: LogLine[]; bytes: number }

/** Keeps the last lines of a search that tells each log from its beginning. */
export class LastHits {
  readonly #count: number
  readonly #maxBytes: number
  readonly #reader = new LineReader(searchedLineBytes)
  readonly #files = new Map<string, Hit[]>()
  #held = 0
  /** True when fewer are left than were asked for and found. */
  isShort = false

  constructor(count: number, maxBytes = maxHeldBytes) {
    this.#count = count
    this.#maxBytes = maxBytes
  }

  add(segments: readonly LogSegment[]): void {
    for (const segment of segments) {
      if (segment.kind === 'lines') for (const line of this.#reader.read(segment)) this.#keep(line)
    }
  }

  /** Oldest first. Of two logs the times decide. */
  take(): readonly LogSegment[] {
    for (const line of this.#reader.rest()) this.#keep(line)
    const hits = [...this.#files.values()].flat().sort((one, other) => one.time - other.time)
    return (this.#count === 0 ? [] : hits.slice(-this.#count)).flatMap(({ pieces }) => pieces.map(segmentOf))
  }

  #keep(line: LogLine): void {
    const key = `${line.source} ${line.stream}`
    const hits = this.#files.get(key) ?? []
    this.#files.set(key, hits)
    const last = hits.at(-1)
    if (line.begins || last === undefined) hits.push({ time: line.time, pieces: [line], bytes: line.bytes.length })
    else {
      last.pieces.push(line)
      last.bytes += line.bytes.length
    }
    this.#held += line.bytes.length
    if (hits.length > 2 * this.#count) this.#forget(hits, hits.length - this.#count)
    while (this.#held > this.#maxBytes && this.#forgetHalf()) this.isShort = true
  }

  /** Of the log with the most hits, which has the oldest to spare. */
  #forgetHalf(): boolean {
    const [most] = [...this.#files.values()].sort((one, other) => other.length - one.length)
    if (most === undefined || most.length < 2) return false
    this.#forget(most, Math.floor(most.length / 2))
    return true
  }

  #forget(hits: Hit[], count: number): void {
    for (const { bytes } of hits.splice(0, count)) this.#held -= bytes
  }
}
