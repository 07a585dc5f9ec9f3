import type { InputOf, LogFindHit, LogInfo, LogPlace, LogStreams } from '../../src/shared/contract/contract.ts'
import { encodeLogPart, type GapReason, type LogSegment } from '../../src/shared/contract/log-part.ts'
import { type Result, success } from '../../src/shared/domain/result.ts'

type Stream = LogSegment['stream']
type Entry = { readonly stream: Stream; readonly offset: number; readonly end: number; readonly time: number } & (
  | { readonly kind: 'line'; readonly bytes: Uint8Array }
  | { readonly kind: 'gap'; readonly reason: GapReason }
)

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const entriesPerPart = 500
const pieceBytes = 60_000

/** The two log files of one process, line by line in the order in which they were written. */
export class FakeLog {
  readonly entries: Entry[] = []
  private readonly ends: { out: number; err: number } = { out: 0, err: 0 }
  private grown = new Set<() => void>()

  /** Appends text (with its newlines) at a time in milliseconds since 1970 UTC. */
  write(stream: Stream, time: number, text: string): this {
    for (const piece of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) this.add(stream, time, encoder.encode(piece))
    this.wake()
    return this
  }

  /** The same of bytes that are one line. */
  writeLine(stream: Stream, time: number, bytes: Uint8Array): this {
    this.add(stream, time, bytes)
    this.wake()
    return this
  }

  /** So many bytes that were dropped, up to a time. */
  drop(stream: Stream, time: number, { bytes, reason }: { readonly bytes: number; readonly reason: GapReason }): this {
    const offset = this.ends[stream]
    this.ends[stream] += bytes
    this.entries.push({ kind: 'gap', stream, offset, end: this.ends[stream], time, reason })
    this.wake()
    return this
  }

  private add(stream: Stream, time: number, bytes: Uint8Array): void {
    const offset = this.ends[stream]
    this.ends[stream] += bytes.length
    this.entries.push({ kind: 'line', stream, offset, end: this.ends[stream], time, bytes })
  }

  private wake(): void {
    for (const wake of this.grown) wake()
    this.grown = new Set()
  }

  /** Settles when more was written. */
  onGrown(wake: () => void): void {
    this.grown.add(wake)
  }

  /** Where the next bytes go, for the offsets of a run. */
  get place(): LogPlace {
    return { ...this.ends }
  }

  /** `logs.place`. */
  placeAt(at: number | null): LogPlace {
    const first = (stream: Stream) =>
      this.entries.find((entry) => entry.stream === stream && at !== null && entry.time >= at)?.offset
    return { out: first('out') ?? this.ends.out, err: first('err') ?? this.ends.err }
  }

  info(): LogInfo {
    const file = (stream: Stream) => {
      const first = this.entries.find((entry) => entry.stream === stream)
      const start = first?.kind === 'gap' ? first.end : 0
      return { start, end: this.ends[stream], onDiskBytes: this.ends[stream] - start }
    }
    return { out: file('out'), err: file('err'), limitBytes: null, bounded: 'now' }
  }

  async *before({ streams, before, maxBytes }: InputOf<'logs.before'>): AsyncGenerator<Uint8Array> {
    const left = { out: maxBytes, err: maxBytes }
    const full = new Set<Stream>()
    const kept: Entry[] = []
    for (const entry of this.entries.toReversed()) {
      if (!isWanted(entry, streams) || entry.offset >= before[entry.stream] || full.has(entry.stream)) continue
      if (entry.kind === 'line') left[entry.stream] -= entry.bytes.length
      if (left[entry.stream] < 0) full.add(entry.stream)
      else kept.unshift(entry)
    }
    if (kept.length > 0) yield encodeLogPart(kept.map((entry) => segmentOf(entry, 0)))
  }

  find(input: InputOf<'logs.find'>): Result<{ total: number; hits: LogFindHit[] }> {
    const hits = matching(this, input).map(({ stream, offset, end }) => ({ stream, offset, length: end - offset - 1 }))
    return success({ total: hits.length, hits })
  }
}

type Pattern = Pick<InputOf<'logs.find'>, 'streams' | 'query' | 'regex' | 'caseSensitive'>

function matching(log: FakeLog, { streams, query, regex, caseSensitive }: Pattern): Entry[] {
  const source = regex ? query : query.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const pattern = new RegExp(source, caseSensitive ? '' : 'i')
  return log.entries.filter(
    (entry) => isWanted(entry, streams) && entry.kind === 'line' && pattern.test(decoder.decode(entry.bytes).trimEnd()),
  )
}

type TailRequest = {
  readonly streams: LogStreams
  readonly from: readonly LogPlace[] | null
  readonly lines: number | null
  readonly follow: boolean
}

type Sourced = { readonly source: number; readonly entry: Entry }

/** `logs.tail` of one log and `logs.merge` of several, in the order of time. */
export async function* tailOf(
  logs: readonly FakeLog[],
  { streams, from, lines, follow }: TailRequest,
  isStopped: () => boolean,
): AsyncGenerator<Uint8Array> {
  const seen = logs.map(() => 0)
  const fresh = (): Sourced[] =>
    logs
      .flatMap((log, source) => {
        const entries = log.entries.slice(seen[source])
        seen[source] = log.entries.length
        return entries.flatMap((entry) => {
          const start = from?.[source]?.[entry.stream] ?? 0
          return isWanted(entry, streams) && entry.end > start ? [{ source, entry: cutBefore(entry, start) }] : []
        })
      })
      .sort((one, other) => one.entry.time - other.entry.time)
  let waiting = fresh()
  if (from === null && lines !== null) waiting = waiting.slice(Math.max(0, waiting.length - lines))
  for (;;) {
    for (let at = 0; at < waiting.length; at += entriesPerPart) {
      const part = waiting.slice(at, at + entriesPerPart)
      yield* partsOf(part.map(({ source, entry }) => segmentOf(entry, source)))
    }
    if (!follow || isStopped()) return
    waiting = fresh()
    if (waiting.length > 0) continue
    await new Promise<void>((resolve) => {
      for (const log of logs) log.onGrown(resolve)
    })
    waiting = fresh()
  }
}

/** As the daemon sends them: a long line in pieces. */
function* partsOf(segments: readonly LogSegment[]): Generator<Uint8Array> {
  let together: LogSegment[] = []
  for (const segment of segments) {
    if (segment.kind === 'gap' || segment.bytes.length <= pieceBytes) {
      together.push(segment)
      continue
    }
    if (together.length > 0) yield encodeLogPart(together)
    together = []
    for (let at = 0; at < segment.bytes.length; at += pieceBytes) {
      const bytes = segment.bytes.subarray(at, at + pieceBytes)
      yield encodeLogPart([{ ...segment, offset: segment.offset + at, bytes }])
    }
  }
  if (together.length > 0) yield encodeLogPart(together)
}

/** `logs.grep`. */
export async function* grepOf(logs: readonly FakeLog[], input: Pattern): AsyncGenerator<Uint8Array> {
  for (const [source, log] of logs.entries()) {
    const segments = matching(log, input).map((entry) => segmentOf(entry, source))
    if (segments.length > 0) yield encodeLogPart(segments)
  }
}

export const noLog = new FakeLog()

const isWanted = ({ stream }: Entry, streams: LogStreams): boolean => streams === 'both' || stream === streams

function cutBefore(entry: Entry, start: number): Entry {
  if (entry.offset >= start) return entry
  return entry.kind === 'gap'
    ? { ...entry, offset: start }
    : { ...entry, offset: start, bytes: entry.bytes.subarray(start - entry.offset) }
}

function segmentOf(entry: Entry, source: number): LogSegment {
  const { stream, offset, time } = entry
  return entry.kind === 'gap'
    ? { kind: 'gap', source, stream, offset, time, end: entry.end, reason: entry.reason }
    : { kind: 'lines', source, stream, offset, time, bytes: entry.bytes }
}
