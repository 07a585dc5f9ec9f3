import type { LogStreams } from '../../../shared/contract/contract.ts'
import { decodeLogPart } from '../../../shared/contract/log-part.ts'
import { type Result, success } from '../../../shared/domain/result.ts'
import type { FindOptions } from './highlight.ts'
import { fileOf } from './log-files.ts'
import type { LogClient } from './log-source.ts'
import { nextNewline } from './pieces.ts'

/** A line that matches, by its place. */
export type FindHit = { readonly file: number; readonly offset: number }

/** `total` counts all hits; `hits` are the newest of them, at most 10,000, oldest first. */
export type FindAnswer = { readonly total: number; readonly hits: readonly FindHit[] }

/** As many as the daemon lists of one log. */
const mostHits = 10_000

export type SearchRequest = {
  readonly ids: readonly string[]
  readonly streams: LogStreams
  readonly options: FindOptions
  readonly signal: AbortSignal
}

/** Searches whole logs in the daemon. Fails as it says: `bad_input` for an expression, `timeout`, `cancelled`. */
export async function search(client: LogClient, request: SearchRequest): Promise<Result<FindAnswer>> {
  const { ids, streams, options, signal } = request
  const [only, another] = ids
  if (only === undefined || another !== undefined) return searchSeveral(client, request)
  const answer = await client.call('logs.find', { target: { id: only }, streams, ...options }, { signal })
  if (!answer.ok) return answer
  const hits = answer.value.hits.map(({ stream, offset }) => ({ file: fileOf(0, stream), offset }))
  return success({ total: answer.value.total, hits })
}

type Timed = FindHit & { readonly time: number }

async function searchSeveral(client: LogClient, request: SearchRequest): Promise<Result<FindAnswer>> {
  const { ids, streams, options, signal } = request
  // By place: after a lost connection the search begins again and finds the same lines.
  let hits = new Map<string, Timed>()
  let forgotten = 0
  const input = { targets: ids.map((id) => ({ id })), streams, ...options }
  const ended = await client.bytes('logs.grep', input, {
    signal,
    onPart: (part) => {
      for (const segment of decodeLogPart(part)) {
        if (segment.kind === 'gap') continue
        for (const hit of linesOf(segment)) hits.set(`${hit.file}:${hit.offset}`, hit)
      }
      if (hits.size <= 2 * mostHits) return
      const kept = newest(hits)
      forgotten += hits.size - kept.size
      hits = kept
    },
    advance: (same) => same,
  })
  return ended.ok ? success({ total: forgotten + hits.size, hits: [...newest(hits).values()] }) : ended
}

const newest = (hits: ReadonlyMap<string, Timed>): Map<string, Timed> =>
  new Map([...hits].toSorted(([, a], [, b]) => a.time - b.time).slice(-mostHits))

type Segment = Extract<ReturnType<typeof decodeLogPart>[number], { kind: 'lines' }>

/** The lines that begin in a segment. */
function linesOf({ source, stream, offset, time, bytes }: Segment): Timed[] {
  const lines: Timed[] = []
  for (let at = 0; at < bytes.length; ) {
    lines.push({ file: fileOf(source, stream), offset: offset + at, time })
    const end = nextNewline(bytes, at)
    at = end < 0 ? bytes.length : end + 1
  }
  return lines
}
