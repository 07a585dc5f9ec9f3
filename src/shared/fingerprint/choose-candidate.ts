import { leastMatch } from './tag.ts'

/** A living process that may be the one we look for, and its best score against the saved states. */
export type Scored = { readonly pid: number; readonly score: number }

export type Choice =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly pid: number }
  /** No second copy may be started, and a person decides; ascending. */
  | { readonly kind: 'ambiguous'; readonly pids: readonly number[] }

/** The best of several must be ahead of the next by this. */
const leastLead = 0.05
/** 0.95 - 0.9 is a little less than 0.05 in binary. */
const rounding = 1e-9

/**
 * Which of the candidates is our process. The only one is, whatever its score. Of several it is the one with the highest
 * score, if that is at least 0.9 and the next best at least 0.05 less.
 */
export function chooseCandidate(candidates: readonly Scored[]): Choice {
  const [best, next] = candidates.toSorted((left, right) => right.score - left.score)
  if (best === undefined) return { kind: 'none' }
  const isClear = next === undefined || (best.score >= leastMatch && best.score - next.score >= leastLead - rounding)
  if (isClear) return { kind: 'one', pid: best.pid }
  return { kind: 'ambiguous', pids: candidates.map(({ pid }) => pid).sort((left, right) => left - right) }
}
