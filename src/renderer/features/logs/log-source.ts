import type { Client } from '../../../shared/client/client.ts'
import type { InputOf, LogPlace, LogStreams } from '../../../shared/contract/contract.ts'
import { decodeLogPart, type LogSegment } from '../../../shared/contract/log-part.ts'
import { type Result, success } from '../../../shared/domain/result.ts'
import { fileOf, offsetsOf, placesOf, sourceOf, streamOf } from './log-files.ts'
import { mergeByTime } from './older-only.ts'

export type LogClient = Pick<Client, 'bytes' | 'call'>

export type TailRequest = {
  /** One place for each process, or the last `lines`; both null: everything that is kept. */
  readonly from: readonly LogPlace[] | null
  readonly lines: number | null
  readonly follow: boolean
}

export type TailReader = {
  readonly signal: AbortSignal
  readonly onSegments: (segments: readonly LogSegment[]) => Promise<void> | void
  /** Where to go on when the connection breaks. */
  readonly resume: () => readonly LogPlace[]
}

// The daemon reads at least so much of each process, or many processes would be read in crumbs.
const leastOlderBytes = 32 * 1024

/** The logs of some processes, as the daemon reads them. `source` in segments is the index in `ids`. */
export class LogSource {
  readonly ids: readonly string[]
  readonly streams: LogStreams
  private readonly client: LogClient

  constructor(client: LogClient, ids: readonly string[], streams: LogStreams) {
    this.client = client
    this.ids = ids
    this.streams = streams
  }

  /** Lines of all processes in the order of time, until the end, or for ever. */
  tail({ from, ...rest }: TailRequest, { signal, onSegments, resume }: TailReader): Promise<Result<void>> {
    const onPart = (part: Uint8Array) => (signal.aborted ? undefined : onSegments(decodeLogPart(part)))
    const [first] = this.ids
    if (this.ids.length === 1 && first !== undefined) {
      const input: InputOf<'logs.tail'> = {
        target: { id: first },
        streams: this.streams,
        from: from?.[0] ?? null,
        ...rest,
      }
      const advance = (before: InputOf<'logs.tail'>) => ({ ...before, from: resume()[0] ?? null, lines: null })
      return this.client.bytes('logs.tail', input, { signal, onPart, advance })
    }
    const targets = this.ids.map((id) => ({ id }))
    const input: InputOf<'logs.merge'> = { targets, streams: this.streams, from: from && [...from], ...rest }
    const advance = (before: InputOf<'logs.merge'>) => ({ ...before, from: [...resume()], lines: null })
    return this.client.bytes('logs.merge', input, { signal, onPart, advance })
  }

  /** What ends at these places, in the order of time; about `maxBytes` in all. */
  async before(places: readonly LogPlace[], maxBytes: number, signal: AbortSignal): Promise<Result<LogSegment[]>> {
    const each = Math.max(leastOlderBytes, Math.floor(maxBytes / this.ids.length))
    const lists = await Promise.all(
      this.ids.map(async (id, source) => {
        const segments: LogSegment[] = []
        const before = places[source] ?? { out: 0, err: 0 }
        const input = { target: { id }, streams: this.streams, before, maxBytes: each }
        const ended = await this.client.bytes('logs.before', input, {
          signal,
          onPart: (part) => void segments.push(...decodeLogPart(part).map((segment) => ({ ...segment, source }))),
          // After a lost connection it begins again; what came twice is recognised by its place.
          advance: (same) => same,
        })
        return ended.ok ? success(segments) : ended
      }),
    )
    const failed = lists.find((list) => !list.ok)
    if (failed && !failed.ok) return failed
    return success(mergeByTime(lists.map((list) => (list.ok ? list.value : []))))
  }

  /** Where the first lines begin that were written at `at` or later; null: behind the last lines. */
  async placesAt(at: number | null): Promise<Result<LogPlace[]>> {
    const answers = await Promise.all(this.ids.map((id) => this.client.call('logs.place', { target: { id }, at })))
    const places: LogPlace[] = []
    for (const answer of answers) {
      if (!answer.ok) return answer
      places.push(answer.value)
    }
    return success(places)
  }

  /** First kept byte and end of every file that is read, by file; both 0 for the others. */
  async extent(): Promise<Result<{ readonly from: readonly number[]; readonly to: readonly number[] }>> {
    const answers = await Promise.all(this.ids.map((id) => this.client.call('logs.info', { target: { id } })))
    const from: number[] = []
    const to: number[] = []
    for (const answer of answers) {
      if (!answer.ok) return answer
      for (const stream of ['out', 'err'] as const) {
        const isRead = this.streams === 'both' || this.streams === stream
        from.push(isRead ? answer.value[stream].start : 0)
        to.push(isRead ? answer.value[stream].end : 0)
      }
    }
    return success({ from, to })
  }

  /** One file of them, as a source of its own. */
  alone(file: number): LogSource {
    const id = this.ids[sourceOf(file)]
    return new LogSource(this.client, id === undefined ? [] : [id], streamOf(file))
  }

  /** When the line at a place of one file was written; null when that cannot be read. */
  async timeAt(file: number, offset: number): Promise<number | null> {
    const reading = new AbortController()
    let time: number | null = null
    const resume = () => [{ out: offset, err: offset }]
    await this.alone(file).tail(
      { from: resume(), lines: null, follow: false },
      {
        signal: reading.signal,
        onSegments: (segments) => {
          time ??= segments.find(({ kind }) => kind === 'lines')?.time ?? null
          if (time !== null) reading.abort()
        },
        resume,
      },
    )
    return time
  }

  /**
   * Everything from one border to another (by file), in the order of time and cut at both. Ends as soon as every file
   * has been read up to the second one; `cancelled` only when `signal` aborted.
   */
  async between(
    { from, to }: { readonly from: readonly number[]; readonly to: readonly number[] },
    { signal, onSegments }: Omit<TailReader, 'resume'>,
  ): Promise<Result<void>> {
    const reached = [...from]
    const enough = new AbortController()
    const isEnough = () => to.every((end, file) => (reached[file] ?? 0) >= end)
    if (isEnough()) return success(undefined)
    // A file of which nothing is wanted is read from its end on.
    const ends = await this.placesAt(null)
    if (!ends.ok) return ends
    const unwanted = offsetsOf(ends.value)
    const isWanted = (file: number) => (to[file] ?? 0) > (from[file] ?? 0)
    const places = () =>
      placesOf(this.ids.length, (file) => (isWanted(file) ? (reached[file] ?? 0) : (unwanted[file] ?? 0)))
    const ended = await this.tail(
      { from: places(), lines: null, follow: false },
      {
        signal: AbortSignal.any([signal, enough.signal]),
        onSegments: async (segments) => {
          await onSegments(segments.flatMap((segment) => cutAt(segment, { from: reached, to })))
          if (isEnough()) enough.abort()
        },
        resume: places,
      },
    )
    return enough.signal.aborted ? success(undefined) : ended
  }
}

/** What of a segment lies between `from` and `to` in its file; moves `from` behind it. */
function cutAt(segment: LogSegment, { from, to }: { from: number[]; readonly to: readonly number[] }): LogSegment[] {
  const file = fileOf(segment.source, segment.stream)
  const known = from[file] ?? 0
  const last = to[file] ?? 0
  const end = segment.kind === 'gap' ? segment.end : segment.offset + segment.bytes.length
  from[file] = Math.max(known, end)
  const begin = Math.max(segment.offset, known)
  const stop = Math.min(end, last)
  if (begin >= stop) return []
  if (segment.kind === 'gap') return [{ ...segment, offset: begin, end: stop }]
  return [{ ...segment, offset: begin, bytes: segment.bytes.subarray(begin - segment.offset, stop - segment.offset) }]
}
