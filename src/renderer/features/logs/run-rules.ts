import type { LogPlace } from '../../../shared/contract/contract.ts'
import type { RunRow } from '../../../shared/domain/rows.ts'
import { endedWell } from '../../../shared/domain/run-end.ts'
import { endSentence } from '../../../shared/text/detail.ts'
import { formatClock, formatLength } from '../../../shared/text/durations.ts'
import { sourceOf, streamOf } from './log-files.ts'
import type { LogLines } from './log-lines.ts'

/** A ruled line in the log where a run began or ended. */
export type RunRule = {
  readonly key: string
  readonly kind: 'start' | 'end'
  readonly source: number
  /** Stands before the line with this index. */
  readonly before: number
  /** When it happened; null when that is not known. */
  readonly at: number | null
  /** Where it is in the two files of its process; null: behind their ends. */
  readonly place: LogPlace | null
  readonly fact: string
  readonly note: string
  /** Shape of an end; null for a start. */
  readonly mark: 'failed' | 'succeeded' | 'stopped' | null
}

/** What is shown of one process. */
export type RunWindow = {
  readonly lines: LogLines
  /** Its files that are shown, as in log-files.ts. */
  readonly files: readonly number[]
  /** Where the window begins in a file; null where that is not known. */
  readonly startOf: (file: number) => number | null
  /** True when the window goes on to the end of the files. */
  readonly live: boolean
  /** True when the last run ended because somebody stopped it. */
  readonly stopped: boolean
}

const placeOf = (run: RunRow): LogPlace => ({ out: run.outOffset, err: run.errOffset })
const offsetIn = (run: RunRow, file: number): number => placeOf(run)[streamOf(file)]

/** Index of the first line of a run; null when the window begins later. */
function firstLineOf(run: RunRow, { lines, files, startOf }: RunWindow): number | null {
  const isInWindow = files.every((file) => {
    const start = startOf(file)
    return start === null || start <= offsetIn(run, file)
  })
  if (!isInWindow) return null
  return Math.min(...files.map((file) => lines.indexFrom(file, offsetIn(run, file))))
}

/**
 * Where something that happened then stands: behind what its process wrote before, and among the lines of others by its
 * time. `limit`: the first line that its process wrote later.
 */
function placeAt(at: number | null, limit: number, { lines, files }: RunWindow): number {
  if (at === null) return limit
  const behindOwn = Math.max(...files.map((file) => lines.lastIndexOf(file, limit))) + 1
  return Math.min(limit, Math.max(behindOwn, lines.indexAfter(at)))
}

/** True for a run of which nothing is left: it would be a rule without a line. */
const isDropped = (next: RunRow | undefined, { lines, files }: RunWindow): boolean =>
  next !== undefined &&
  files.every((file) =>
    lines.gaps.some((gap) => gap.file === file && gap.offset === 0 && gap.end >= offsetIn(next, file)),
  )

const startRule = (run: RunRow, source: number, before: number): RunRule => ({
  key: `start:${source}:${run.run}`,
  kind: 'start',
  source,
  before,
  at: run.startedAt,
  place: placeOf(run),
  fact: `Run ${run.run} started`,
  note: run.startedAt === null ? '' : formatClock(run.startedAt),
  mark: null,
})

type End = Pick<RunRule, 'source' | 'before' | 'place'> & { readonly stopped: boolean }

function endRule(run: RunRow, { stopped, ...where }: End): RunRule[] {
  const { end, startedAt } = run
  if (end === null) return []
  const after = startedAt === null ? '' : `, after ${formatLength(end.at - startedAt)}`
  return [
    {
      key: `end:${where.source}:${run.run}`,
      kind: 'end',
      ...where,
      at: end.at,
      fact: endSentence(end),
      note: `${formatClock(end.at)}${after}`,
      mark: stopped ? 'stopped' : endedWell(end) ? 'succeeded' : 'failed',
    },
  ]
}

/** The rules of one process in a window, from top to bottom. `runs` in any order, with their offsets in the files. */
export function runRules(runs: readonly RunRow[], window: RunWindow): RunRule[] {
  const source = sourceOf(window.files[0] ?? 0)
  const ordered = [...runs].sort((a, b) => a.run - b.run)
  return ordered.flatMap((run, index) => {
    const next = ordered[index + 1]
    if (isDropped(next, window)) return []
    const begin = firstLineOf(run, window)
    const finish = next ? firstLineOf(next, window) : window.live ? window.lines.count : null
    const stopped = next === undefined && window.stopped
    const place = next ? placeOf(next) : null
    return [
      ...(begin === null ? [] : [startRule(run, source, placeAt(run.startedAt, begin, window))]),
      ...(finish === null
        ? []
        : endRule(run, { source, before: placeAt(run.end?.at ?? null, finish, window), place, stopped })),
    ]
  })
}

/** The line where a failed run should be opened: its first stderr line among its last ones. */
export function firstFailingLine(lines: LogLines, run: RunRow, lastLines: number): number | null {
  for (let index = Math.max(0, lines.count - lastLines); index < lines.count; index += 1) {
    const line = lines.at(index)
    if (line?.stream === 'err' && line.offset >= run.errOffset) return index
  }
  return null
}
