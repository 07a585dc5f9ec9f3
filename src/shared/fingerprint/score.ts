import type { Fingerprint } from '../domain/fingerprint.ts'
import { allElements, mapLists } from './lists.ts'

/** What a person said about elements of the lists, whichever list they are in. */
export type Marks = {
  /** Left out of the comparison on both sides. */
  readonly ignore: readonly string[]
  /** Must be there now: without one of them the score is at most 0. What cannot be read is not there. */
  readonly require: readonly string[]
}

/** gutools' weights; UDP sockets do not count. */
const weights = { listen: 20, established: 2, files: 30, cmdline: 50 } as const

const noMarks: Marks = { ignore: [], require: [] }

/**
 * How much a living process resembles a saved fingerprint, from -1 (nothing in common) to 1 (identical), as gutools
 * counts: for each list that is not empty on at least one side, s = 4c/(n+m) - 1 with n and m elements of which c are common;
 * the score is the weighted mean of s. The order of elements does not matter, their number does. Lists that one side
 * could not read are left out; 0 when there is nothing to compare.
 */
export function scoreOf(live: Fingerprint, saved: Fingerprint, marks: Marks = noMarks): number {
  const score = weightedMean(without(live, marks.ignore), without(saved, marks.ignore))
  if (marks.require.length === 0) return score
  const present = new Set(allElements(live))
  return marks.require.every((element) => present.has(element)) ? score : Math.min(score, 0)
}

function weightedMean(live: Fingerprint, saved: Fingerprint): number {
  let sum = 0
  let weightUsed = 0
  for (const key of ['listen', 'established', 'files', 'cmdline'] as const) {
    const [left, right] = [live[key], saved[key]]
    if (left === null || right === null || left.length + right.length === 0) continue
    sum += weights[key] * similarity(left, right)
    weightUsed += weights[key]
  }
  return weightUsed === 0 ? 0 : sum / weightUsed
}

const similarity = (left: readonly string[], right: readonly string[]): number =>
  (4 * countCommon(left, right)) / (left.length + right.length) - 1

/** Size of the intersection of two multisets. */
function countCommon(left: readonly string[], right: readonly string[]): number {
  const unmatched = new Map<string, number>()
  for (const element of left) unmatched.set(element, (unmatched.get(element) ?? 0) + 1)
  return right.filter((element) => {
    const count = unmatched.get(element) ?? 0
    unmatched.set(element, count - 1)
    return count > 0
  }).length
}

function without(fingerprint: Fingerprint, ignored: readonly string[]): Fingerprint {
  if (ignored.length === 0) return fingerprint
  const left = new Set(ignored)
  const kept = (list: readonly string[]) => list.filter((element) => !left.has(element))
  return mapLists(fingerprint, { cmdline: kept, listen: kept, established: kept, udp: kept, files: kept })
}
