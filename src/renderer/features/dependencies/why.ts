import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import { waitingSentence } from '../../../shared/text/waiting.ts'

/** One sentence about why something waits: who, and the rest of the sentence. */
export type WhySentence = { readonly name: string; readonly text: string }

// What stands behind more parents than this is found by going there.
const mostSentences = 4

/**
 * Why a process is blocked, and why what it waits for is: its own sentence first, then one for each blocked parent,
 * nearest first.
 */
export function whyBlocked(row: ProcessRow, processes: ReadonlyMap<string, ProcessRow>): readonly WhySentence[] {
  const blocked = new Set([row])
  const sentences: WhySentence[] = []
  // A set may grow while it is walked: what is added is visited too.
  for (const one of blocked) {
    if (sentences.length === mostSentences) break
    sentences.push({ name: displayName(one), text: waitingSentence(one.waitingFor).replace(/^W/, 'w') })
    for (const waiting of one.waitingFor) {
      const parent = waiting.kind === 'parent' && waiting.id !== null ? processes.get(waiting.id) : undefined
      if (parent?.life.kind === 'blocked') blocked.add(parent)
    }
  }
  return sentences
}
