import type { LogPlace } from '../../../shared/contract/contract.ts'
import { decodeLogPart, type LogSegment } from '../../../shared/contract/log-part.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { Cli, DaemonClient } from '../cli.ts'
import { HitFilter, LastHits } from './hits.ts'
import type { LogPrinter } from './log-printer.ts'
import type { Matcher } from './matcher.ts'
import { beginnings, placesAfter } from './places.ts'
import type { Grep, LogRequest } from './request.ts'
import { endsOf, type LogSource } from './sources.ts'

export type LogReading = {
  readonly client: DaemonClient
  readonly sources: readonly LogSource[]
  readonly request: LogRequest
  readonly printer: LogPrinter
  readonly signal: AbortSignal
}

type Take = (segments: readonly LogSegment[]) => Promise<Result<void>>

/** Prints what is there and, where asked, what comes, up to the end or the abort of the signal (`cancelled`). */
export async function readLines(reading: LogReading): Promise<Result<void>> {
  const { client, sources, request, printer } = reading
  const { lines, follow, since, until } = request
  // A log that has nothing among the last lines goes on from here if the connection breaks, not from its beginning.
  const places = follow && lines !== null ? await endsOf(client, sources) : success([...beginnings(sources.length)])
  if (!places.ok) return places
  return stream(reading, { from: null, base: places.value, lines, follow, since, until }, printer.write)
}

/** Prints the lines that fit, then those that come: the search ends where the following begins. */
export async function readHits(reading: LogReading, grep: Grep, matcher: Matcher, cli: Cli): Promise<Result<void>> {
  const { client, sources, request, printer } = reading
  const to = request.follow ? await endsOf(client, sources) : success(null)
  if (!to.ok) return to
  const searched = request.lines === 0 ? success(undefined) : await search(reading, grep, to.value, cli)
  if (!searched.ok || to.value === null) return searched
  const filter = new HitFilter(matcher)
  const take: Take = async (segments) => {
    const hits = filter.filter(segments)
    return hits.ok ? printer.write(hits.value) : hits
  }
  const place = { from: to.value, base: to.value, lines: null, follow: true, since: null, until: null }
  const ended = await stream(reading, place, take)
  const rest = filter.rest()
  if (rest.ok) await printer.write(rest.value)
  return ended
}

async function search(reading: LogReading, grep: Grep, to: LogPlace[] | null, cli: Cli): Promise<Result<void>> {
  const { client, sources, request, printer, signal } = reading
  const { since, until, lines } = request
  const last = lines === null ? null : new LastHits(lines)
  const take: Take = async (segments) => {
    if (last === null) return printer.write(segments)
    last.add(segments)
    return printer.write(segments.filter((segment) => segment.kind === 'gap'))
  }
  const input = {
    targets: sources.map(({ id }) => ({ id })),
    streams: request.streams,
    query: grep.query,
    regex: true,
    caseSensitive: grep.caseSensitive,
    from: null,
    to,
    since,
    until,
  }
  const base = beginnings(sources.length)
  const ended = await readParts(take, signal, (reader) =>
    client.bytes('logs.grep', input, {
      ...reader,
      advance: (before, part) => ({ ...before, from: placesAfter(before.from ?? base, decodeLogPart(part)) }),
    }),
  )
  if (!ended.ok || last === null) return ended
  if (last.isShort) cli.err.line('procession: only the latest of these lines fit into memory')
  return printer.write(last.take())
}

type StreamPlace = Pick<LogRequest, 'lines' | 'follow' | 'since' | 'until'> & {
  readonly from: LogPlace[] | null
  /** Where a log goes on of which nothing has come. */
  readonly base: readonly LogPlace[]
}

/** Reads one log, or several merged by time. */
function stream(reading: LogReading, place: StreamPlace, take: Take): Promise<Result<void>> {
  const { client, sources, request, signal } = reading
  const { from, base, ...rest } = place
  const [only, ...others] = sources
  if (only === undefined) return Promise.resolve(failure('not_found', 'There is no log to read'))
  const input = { streams: request.streams, ...rest }
  return readParts(take, signal, (reader) =>
    others.length > 0
      ? client.bytes(
          'logs.merge',
          { targets: sources.map(({ id }) => ({ id })), from, ...input },
          {
            ...reader,
            advance: (before, part) => ({
              ...before,
              from: placesAfter(before.from ?? base, decodeLogPart(part)),
              lines: null,
            }),
          },
        )
      : client.bytes(
          'logs.tail',
          { target: { id: only.id }, from: from?.[0] ?? null, ...input },
          {
            ...reader,
            advance: (before, part) => {
              const places = before.from === null ? base : [before.from]
              return { ...before, from: placesAfter(places, decodeLogPart(part))[0] ?? null, lines: null }
            },
          },
        ),
  )
}

type PartReader = { readonly signal: AbortSignal; readonly onPart: (part: Uint8Array) => Promise<void> }

/** Hands parts to `take` until the stream ends; a failure of `take` ends it too. */
async function readParts(
  take: Take,
  signal: AbortSignal,
  open: (reader: PartReader) => Promise<Result<void>>,
): Promise<Result<void>> {
  const failed = new AbortController()
  let problem: Result<void> | null = null
  const ended = await open({
    signal: AbortSignal.any([signal, failed.signal]),
    onPart: async (part) => {
      if (failed.signal.aborted) return
      const taken = await take(decodeLogPart(part))
      if (taken.ok) return
      problem = taken
      failed.abort()
    },
  })
  return problem ?? ended
}
