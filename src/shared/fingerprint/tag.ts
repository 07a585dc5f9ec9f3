import type { Fingerprint, SavedState } from '../domain/fingerprint.ts'
import { allElements } from './lists.ts'
import { normalise, normaliseEndpoint, normalisePath } from './normalise.ts'
import { scoreOf } from './score.ts'

/** A state that a process is in, and how well it fits (0.9 to 1). */
export type Match = { readonly label: string; readonly score: number }

export type StateTest = {
  /** See `normalise`. */
  readonly ephemeralFrom: number
  /** Whether the expression of this state is true now; null when it cannot be said. */
  readonly whenHolds: (label: string) => boolean | null
}

/** From here on a fingerprint counts as the same state (gutools). */
export const leastMatch = 0.9

/** gutools' order of preference among states that fit equally well; the others follow in the order of the alphabet. */
const preferred = ['operative', 'running', 'launch']

/** The state that fits `live` best; null when none fits. A state that is defined by an expression fits wholly or not. */
export function chooseTag(live: Fingerprint, states: readonly SavedState[], test: StateTest): Match | null {
  const matches = states
    .map((state) => ({ label: state.label, score: fitOf(live, state, test) }))
    .filter((match) => match.score >= leastMatch)
  return matches.sort(byPreference)[0] ?? null
}

function fitOf(live: Fingerprint, state: SavedState, test: StateTest): number {
  const holds = state.when !== null && test.whenHolds(state.label) === true
  return holds ? 1 : scoreOfState(live, state, test.ephemeralFrom)
}

function byPreference(left: Match, right: Match): number {
  const rank = ({ label }: Match) => (preferred.includes(label) ? preferred.indexOf(label) : preferred.length)
  return right.score - left.score || rank(left) - rank(right) || (left.label < right.label ? -1 : 1)
}

/**
 * `scoreOf` with both sides normalised, and with the marks of the state, which name elements as they were seen or as
 * they are normalised. -1 for a state without fingerprint.
 */
export function scoreOfState(live: Fingerprint, state: SavedState, ephemeralFrom: number): number {
  if (state.fingerprint === null) return -1
  const now = normalise(live, ephemeralFrom)
  const forms = (element: string) => [element, normaliseEndpoint(element, ephemeralFrom), normalisePath(element)]
  const seen = new Set(allElements(now))
  return scoreOf(now, normalise(state.fingerprint, ephemeralFrom), {
    ignore: state.ignore.flatMap(forms),
    require: state.require.map((element) => forms(element).find((form) => seen.has(form)) ?? element),
  })
}

/** What is remembered between two samples. `tag` is the state that holds. */
export type TagMemory = {
  readonly tag: string | null
  /** Another state that the latest samples agree on, and how many they are. */
  readonly rival: { readonly label: string; readonly samples: number } | null
  /** How many of the latest samples were not `tag`. */
  readonly misses: number
}

/** Before the first sample. */
export const noTag: TagMemory = { tag: null, rival: null, misses: 0 }

/** So many samples in a row make a state hold, and so many without it end it: one odd sample changes nothing. */
const samplesToGain = 2
const samplesToLose = 3

/** Takes one more sample: the label of `chooseTag`, or null where nothing fitted. */
export function settleTag(memory: TagMemory, sample: string | null): TagMemory {
  if (sample !== null && sample === memory.tag) return { tag: sample, rival: null, misses: 0 }
  const rival = sample === null ? null : { label: sample, samples: agreeing(memory, sample) + 1 }
  if (rival !== null && rival.samples >= samplesToGain) return { tag: rival.label, rival: null, misses: 0 }
  const misses = memory.tag === null ? 0 : memory.misses + 1
  return misses >= samplesToLose ? { tag: null, rival, misses: 0 } : { tag: memory.tag, rival, misses }
}

const agreeing = ({ rival }: TagMemory, sample: string): number => (rival?.label === sample ? rival.samples : 0)
