import type { Life } from '../../../shared/domain/life.ts'
import type { HistoryEntry } from '../../../shared/domain/rows.ts'

/** What happened in one run, newest first. */
export type RunGroup = {
  /** 0 before the first run; null where what is known does not say. */
  readonly run: number | null
  readonly entries: readonly HistoryEntry[]
}

const runOf = (life: Life): number | null => ('run' in life ? life.run : null)

/** The run that an entry says it belongs to; null for most that are no change of life. */
const saidRun = ({ what }: HistoryEntry): number | null => (what.kind === 'life' ? runOf(what.life) : null)

const beginsRun = ({ what }: HistoryEntry): boolean =>
  what.kind === 'life' && what.life.kind === 'starting' && what.life.program === null

/** The run of the oldest entries, from the first one after them that says it. `isWhole`: nothing is older. */
function firstRun(oldestFirst: readonly HistoryEntry[], isWhole: boolean): number | null {
  for (const entry of oldestFirst) {
    const run = saidRun(entry)
    if (run !== null) return beginsRun(entry) ? run - 1 : run
  }
  return isWhole || oldestFirst.some(({ what }) => what.kind === 'life' && what.life.kind === 'new') ? 0 : null
}

/**
 * Entries (newest first) by the run that they belong to. Waiting and back-off belong to the run before them. `isWhole`:
 * there are no older entries.
 */
export function groupByRun(entries: readonly HistoryEntry[], isWhole: boolean): RunGroup[] {
  const oldestFirst = entries.toReversed()
  const groups: { run: number | null; entries: HistoryEntry[] }[] = []
  let run = firstRun(oldestFirst, isWhole)
  for (const entry of oldestFirst) {
    run = saidRun(entry) ?? run
    const last = groups.at(-1)
    if (last && last.run === run) last.entries.unshift(entry)
    else groups.push({ run, entries: [entry] })
  }
  return groups.reverse()
}
