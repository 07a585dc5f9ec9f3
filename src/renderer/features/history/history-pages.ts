import type { HistoryEntry } from '../../../shared/domain/rows.ts'

/** What is known of a history, newest first. */
export type Pages = {
  readonly entries: readonly HistoryEntry[]
  /** True when the daemon has older entries than these. */
  readonly hasOlder: boolean
}

/**
 * The pages after the newest one was read again. A page that does not reach what was known before leaves a gap, so that
 * what lies behind it is read again when it is wanted.
 */
export function withNewest(known: Pages | null, page: readonly HistoryEntry[], limit: number): Pages {
  if (page.length < limit || known === null) return { entries: page, hasOlder: page.length >= limit }
  const oldest = page.at(-1)?.id ?? 0
  const newestKnown = known.entries[0]?.id ?? 0
  if (newestKnown < oldest) return { entries: page, hasOlder: true }
  return { entries: [...page, ...known.entries.filter(({ id }) => id < oldest)], hasOlder: known.hasOlder }
}

/** The pages after an older one was read. */
export function withOlder(known: Pages, page: readonly HistoryEntry[], limit: number): Pages {
  const oldest = known.entries.at(-1)?.id ?? Number.POSITIVE_INFINITY
  return {
    entries: [...known.entries, ...page.filter(({ id }) => id < oldest)],
    hasOlder: page.length >= limit,
  }
}
