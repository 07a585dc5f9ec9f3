import type { LogFindHit } from '../../../shared/contract/contract.ts'
import type { LogStream } from './cursor.ts'
import type { KeptSpan } from './dropped-ranges.ts'
import { type FoundLine, type Needle, searchSpans } from './line-search.ts'
import { TimeIndex } from './time-index.ts'

export type FindTask = {
  readonly files: readonly {
    readonly stream: LogStream
    readonly path: string
    readonly indexPath: string
    readonly spans: readonly KeptSpan[]
  }[]
  readonly needle: Needle
}

export type FindOutcome = { readonly total: number; readonly hits: LogFindHit[] }

/** The contract's limit: more hits than a person steps through, and about 1 MB on the wire. */
const keptHits = 10_000

type TimedHit = LogFindHit & { readonly time: number }

/** Searches files one after the other; the last hits are listed in the order of their times, stdout first at ties. */
export function findInFiles(task: FindTask): FindOutcome {
  let total = 0
  const hits: TimedHit[] = []
  for (const { stream, path, indexPath, spans } of task.files) {
    const kept = new LastLines(keptHits)
    searchSpans(path, task.needle, spans, (line) => kept.add(line))
    total += kept.total
    hits.push(...withTimes(kept.lines(), stream, indexPath))
  }
  // The sort is stable: lines of one file keep their order, and files the order in which they came.
  hits.sort((left, right) => left.time - right.time)
  return { total, hits: hits.slice(-keptHits).map(({ stream, offset, length }) => ({ stream, offset, length })) }
}

/** Keeps the last lines of many in memory for no more than twice as many. */
class LastLines {
  readonly #limit: number
  #lines: FoundLine[] = []
  total = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  add(line: FoundLine): void {
    this.total += 1
    this.#lines.push(line)
    if (this.#lines.length >= 2 * this.#limit) this.#lines = this.lines()
  }

  lines(): FoundLine[] {
    return this.#lines.slice(-this.#limit)
  }
}

function withTimes(lines: readonly FoundLine[], stream: LogStream, indexPath: string): TimedHit[] {
  const index = new TimeIndex(indexPath, 'read')
  try {
    // What is not indexed yet is the newest.
    return lines.map((line) => ({
      stream,
      ...line,
      time: index.timeAt(line.offset + line.length) ?? Number.POSITIVE_INFINITY,
    }))
  } finally {
    index.close()
  }
}
