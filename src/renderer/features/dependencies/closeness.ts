import type { Fingerprint, SavedState } from '../../../shared/domain/fingerprint.ts'
import { normalise } from '../../../shared/fingerprint/normalise.ts'
import { scoreOfState } from '../../../shared/fingerprint/tag.ts'

// Linux gives ports from here on away by itself unless it was told otherwise (ip_local_port_range, ip(7)). The daemon
// knows the true number and decides; this one only serves to show how near a process is.
const usualEphemeralFrom = 32_768

/** How near a process is to a saved state, and what it has not got yet, with the list that it belongs to. */
export type Closeness = {
  /** From -1 to 1, as in src/shared/fingerprint/score.ts. */
  readonly score: number
  readonly missing: readonly string[]
}

const lists = ['listen', 'established', 'files', 'cmdline'] as const

/** Null for a state that no fingerprint was saved for: then only its expression decides. */
export function closenessTo(live: Fingerprint, state: SavedState): Closeness | null {
  if (state.fingerprint === null) return null
  const now = normalise(live, usualEphemeralFrom)
  const saved = normalise(state.fingerprint, usualEphemeralFrom)
  const ignored = new Set(state.ignore)
  const missing = lists.flatMap((list) => {
    const present = now[list]
    if (present === null) return []
    const absent = (saved[list] ?? []).filter((element) => !present.includes(element) && !ignored.has(element))
    return absent.map((element) => `${list} ${element}`)
  })
  return { score: scoreOfState(live, state, usualEphemeralFrom), missing }
}
