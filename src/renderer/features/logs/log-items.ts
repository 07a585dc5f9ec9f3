import { sourceOf, streamOf } from './log-files.ts'
import type { Gap, LogLines } from './log-lines.ts'
import type { RunRule } from './run-rules.ts'

/** Something that stands between lines and is none. */
export type Between =
  | { readonly kind: 'rule'; readonly key: string; readonly before: number; readonly rule: RunRule }
  | { readonly kind: 'gap'; readonly key: string; readonly before: number; readonly gap: Gap }

/** Before the same line, a run that began within a gap stands above it, and everything else below. */
function precedes(rule: RunRule, gap: Gap): boolean {
  if (rule.source !== sourceOf(gap.file) || rule.place === null) return false
  return rule.place[streamOf(gap.file)] < gap.end
}

/** Runs of one process are in order already, whatever the clocks of its machine say. */
const byTime = (one: RunRule, other: RunRule): number =>
  one.source === other.source ? 0 : (one.at ?? 0) - (other.at ?? 0)

function compare(one: Between, other: Between): number {
  if (one.before !== other.before) return one.before - other.before
  if (one.kind === 'rule' && other.kind === 'rule') return byTime(one.rule, other.rule)
  if (one.kind === other.kind) return 0
  const [rule, gap] = one.kind === 'rule' ? [one, other] : [other, one]
  const ruleFirst = rule.kind === 'rule' && gap.kind === 'gap' && precedes(rule.rule, gap.gap)
  return (one === rule) === ruleFirst ? -1 : 1
}

/** Rules and gaps from top to bottom. */
export function betweenLines(lines: LogLines, rules: readonly RunRule[]): Between[] {
  const { firstId } = lines
  const ofRules = rules.map((rule): Between => ({ kind: 'rule', key: rule.key, before: rule.before, rule }))
  const ofGaps = lines.gaps.map(
    (gap): Between => ({ kind: 'gap', key: `gap:${gap.file}:${gap.offset}`, before: gap.beforeId - firstId, gap }),
  )
  return [...ofRules, ...ofGaps].sort(compare)
}

/** Lines and what stands between them as one list. */
export class LogItems {
  /** Item index of each of `between`, ascending. */
  private readonly places: readonly number[]
  private readonly atPlace: ReadonlyMap<number, Between>
  readonly between: readonly Between[]
  readonly count: number

  /** `between` in order. */
  constructor(lineCount: number, between: readonly Between[]) {
    this.between = between
    this.places = between.map(({ before }, index) => Math.min(before, lineCount) + index)
    this.atPlace = new Map(between.map((one, index) => [this.places[index] ?? 0, one]))
    this.count = lineCount + between.length
  }

  /** What stands at an item that is no line. */
  betweenAt(item: number): Between | undefined {
    return this.atPlace.get(item)
  }

  /** Index of the line at an item that is one. */
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
    return line + this.between.filter(({ before }) => before <= line).length
  }
}
