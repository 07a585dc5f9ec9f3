import { nameList } from '../../../shared/text/notices.ts'
import { countOf } from '../../../shared/text/numbers.ts'

// As many as one line holds.
const mostNames = 4

/** What else ssh knows; null where that is nothing. */
export function sshNamesSentence(names: readonly string[]): string | null {
  if (names.length === 0) return null
  const what = countOf(names.length, 'name in ~/.ssh/config works', 'names in ~/.ssh/config work')
  return `${what} without adding: ${nameList(names, mostNames)}.`
}
