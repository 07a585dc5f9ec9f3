import { canBeStopped, mayBeRunning } from '../domain/life.ts'
import { displayName, type ProcessRow } from '../domain/rows.ts'
import { nameList } from './notices.ts'
import { countOf, formatCount } from './numbers.ts'

/** What goes on in the background when the application quits, by name. */
export type GoesOn = {
  readonly running: readonly string[]
  /** What does not run now but starts by itself: it waits for others, or to be restarted. */
  readonly toStart: readonly string[]
  /** Of what is running: it has a terminal, which ends with the daemon. */
  readonly inTerminals: readonly string[]
}

/** Whether a program runs that cannot run on without the daemon. */
export const inLivingTerminal = ({ pty, life }: Pick<ProcessRow, 'pty' | 'life'>): boolean => pty && mayBeRunning(life)

/** `2 terminal programs end with the daemon: a, b`. */
export const endWithDaemon = (programs: readonly string[]): string =>
  `${countOf(programs.length, 'terminal program ends', 'terminal programs end')} with the daemon: ${programs.join(', ')}`

const names = new Intl.Collator('en-GB', { numeric: true, sensitivity: 'base' })

/** What would go on without the application. `nameOf` says what the user calls a process. */
export function whatGoesOn(rows: Iterable<ProcessRow>, nameOf: (row: ProcessRow) => string = displayName): GoesOn {
  const all = [...rows]
  const named = (some: readonly ProcessRow[]) => some.map(nameOf).sort(names.compare)
  return {
    running: named(all.filter(({ life }) => mayBeRunning(life))),
    toStart: named(all.filter(({ life }) => canBeStopped(life) && !mayBeRunning(life))),
    inTerminals: named(all.filter(inLivingTerminal)),
  }
}

export const nothingGoesOn = ({ running, toStart }: GoesOn): boolean => running.length === 0 && toStart.length === 0

/** `Quit and leave 3 processes running?`. */
export const quitTitle = ({ running, toStart }: GoesOn): string =>
  running.length > 0
    ? `Quit and leave ${countOf(running.length, 'process', 'processes')} running?`
    : `Quit and leave ${countOf(toStart.length, 'process', 'processes')} waiting to start?`

/** What the daemon does with them, then who they are, one sentence each. */
export function quitSentences({ running, toStart, inTerminals }: GoesOn): readonly string[] {
  if (running.length === 0) {
    return [`The daemon starts ${toStart.length === 1 ? 'it' : 'them'} when it is time: ${nameList(toStart)}.`]
  }
  const keeps = `The daemon keeps ${running.length === 1 ? 'it' : 'them'} running in the background: ${nameList(running)}.`
  const wait = toStart.length === 1 ? '1 more waits' : `${formatCount(toStart.length)} more wait`
  const verb = inTerminals.length === 1 ? 'has a terminal, so it ends' : 'have terminals, so they end'
  return [
    keeps,
    ...(toStart.length === 0 ? [] : [`${wait} to start: ${nameList(toStart)}.`]),
    ...(inTerminals.length === 0 ? [] : [`${nameList(inTerminals)} ${verb} when the daemon is stopped.`]),
  ]
}
