import { canBeStopped, mayBeRunning } from '../domain/life.ts'
import { displayName, type ProcessRow } from '../domain/rows.ts'
import { nameList } from './notices.ts'
import { countOf, formatCount } from './numbers.ts'

/** What goes on in the background when the application quits, by name. */
export type GoesOn = {
  readonly running: readonly string[]
  /** What does not run now but starts by itself: it waits for others, or to be restarted. */
  readonly toStart: readonly string[]
}

const names = new Intl.Collator('en-GB', { numeric: true, sensitivity: 'base' })

/** What would go on without the application. `nameOf` says what the user calls a process. */
export function whatGoesOn(rows: Iterable<ProcessRow>, nameOf: (row: ProcessRow) => string = displayName): GoesOn {
  const all = [...rows]
  const named = (some: readonly ProcessRow[]) => some.map(nameOf).sort(names.compare)
  return {
    running: named(all.filter(({ life }) => mayBeRunning(life))),
    toStart: named(all.filter(({ life }) => canBeStopped(life) && !mayBeRunning(life))),
  }
}

export const nothingGoesOn = ({ running, toStart }: GoesOn): boolean => running.length === 0 && toStart.length === 0

/** `Quit and leave 3 processes running?`. */
export const quitTitle = ({ running, toStart }: GoesOn): string =>
  running.length > 0
    ? `Quit and leave ${countOf(running.length, 'process', 'processes')} running?`
    : `Quit and leave ${countOf(toStart.length, 'process', 'processes')} waiting to start?`

/** What the daemon does with them, then who they are, one sentence each. */
export function quitSentences({ running, toStart }: GoesOn): readonly string[] {
  if (running.length === 0) {
    return [`The daemon starts ${toStart.length === 1 ? 'it' : 'them'} when it is time: ${nameList(toStart)}.`]
  }
  const keeps = `The daemon keeps ${running.length === 1 ? 'it' : 'them'} running in the background: ${nameList(running)}.`
  if (toStart.length === 0) return [keeps]
  const wait = toStart.length === 1 ? '1 more waits' : `${formatCount(toStart.length)} more wait`
  return [keeps, `${wait} to start: ${nameList(toStart)}.`]
}
