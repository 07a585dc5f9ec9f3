import type { RunRow } from '../../../shared/domain/rows.ts'
import { endedWell } from '../../../shared/domain/run-end.ts'
import { endSentence } from '../../../shared/text/detail.ts'
import { formatClock, formatLength } from '../../../shared/text/durations.ts'
import type { StreamName } from './arena.ts'
import type { LogLines } from './log-lines.ts'

/** A ruled line in the log where a run began or ended. */
export type RunRule = {
  readonly key: string
  readonly kind: 'start' | 'end'
  /** Stands before the line with this index. */
  readonly before: number
  readonly fact: string
  readonly note: string
  /** Shape of an end; null for a start. */
  readonly mark: 'failed' | 'succeeded' | 'stopped' | null
}

type Window = {
  readonly lines: LogLines
  readonly streams: readonly StreamName[]
  /** True when the window goes on to the end of the files. */
  readonly live: boolean
  /** True when the last run ended because somebody stopped it. */
  readonly stopped: boolean
}

const offsetIn = (run: RunRow, stream: StreamName): number => (stream === 'out' ? run.outOffset : run.errOffset)

/** Index of the first line of a run; null when the window begins later. */
function firstLineOf(run: RunRow, { lines, streams }: Window): number | null {
  const isInWindow = streams.every((stream) => {
    const start = lines.start(stream)
    return start === null || start <= offsetIn(run, stream)
  })
  if (!isInWindow) return null
  return Math.min(...streams.map((stream) => lines.indexFrom(stream, offsetIn(run, stream))))
}

const startRule = (run: RunRow, before: number): RunRule => ({
  key: `start:${run.run}`,
  kind: 'start',
  before,
  fact: `Run ${run.run} started`,
  note: run.startedAt === null ? '' : formatClock(run.startedAt),
  mark: null,
})

function endRule(run: RunRow, before: number, stopped: boolean): RunRule[] {
  const { end, startedAt } = run
  if (end === null) return []
  const after = startedAt === null ? '' : `, after ${formatLength(end.at - startedAt)}`
  return [
    {
      key: `end:${run.run}`,
      kind: 'end',
      before,
      fact: endSentence(end),
      note: `${formatClock(end.at)}${after}`,
      mark: stopped ? 'stopped' : endedWell(end) ? 'succeeded' : 'failed',
    },
  ]
}

/** The rules of a window, from top to bottom. `runs` in any order, with their offsets in the files. */
export function runRules(runs: readonly RunRow[], window: Window): RunRule[] {
  const ordered = [...runs].sort((a, b) => a.run - b.run)
  return ordered.flatMap((run, index) => {
    const begin = firstLineOf(run, window)
    const next = ordered[index + 1]
    const finish = next ? firstLineOf(next, window) : window.live ? window.lines.count : null
    return [
      ...(begin === null ? [] : [startRule(run, begin)]),
      ...(finish === null ? [] : endRule(run, finish, next === undefined && window.stopped)),
    ]
  })
}

/** Lines and rules as one list. */
export class LogItems {
  /** Item index of each rule, ascending. */
  private readonly places: readonly number[]
  private readonly atPlace: ReadonlySet<number>
  readonly rules: readonly RunRule[]
  readonly count: number

  constructor(lineCount: number, rules: readonly RunRule[]) {
    this.rules = rules
    this.places = rules.map((rule, index) => Math.min(rule.before, lineCount) + index)
    this.atPlace = new Set(this.places)
    this.count = lineCount + rules.length
  }

  isRule(item: number): boolean {
    return this.atPlace.has(item)
  }

  ruleAt(item: number): RunRule | undefined {
    return this.rules[this.places.indexOf(item)]
  }

  /** Index of the line at an item that is no rule. */
  lineAt(item: number): number {
    let low = 0
    let high = this.places.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.places[middle] ?? 0) < item) low = middle + 1
      else high = middle
    }
    return item - low
  }

  itemOfLine(line: number): number {
    return line + this.rules.filter((rule) => rule.before <= line).length
  }
}

/** The line where a failed run should be opened: its first stderr line among its last ones. */
export function firstFailingLine(lines: LogLines, run: RunRow, lastLines: number): number | null {
  for (let index = Math.max(0, lines.count - lastLines); index < lines.count; index += 1) {
    const line = lines.at(index)
    if (line?.stream === 'err' && line.offset >= run.errOffset) return index
  }
  return null
}
