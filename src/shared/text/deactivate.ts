import { canBeStopped, mayBeRunning } from '../domain/life.ts'
import { displayName, type ProcessRow } from '../domain/rows.ts'
import { nameList } from './notices.ts'
import { countOf } from './numbers.ts'

const names = (rows: readonly ProcessRow[]): string => nameList(rows.map(displayName))

const order = (rows: readonly ProcessRow[]): string => (rows.length > 1 ? ' Children stop before their parents.' : '')

/** What deactivating a session with these processes does, one sentence each. */
export function deactivateSentences(rows: readonly ProcessRow[]): readonly string[] {
  const going = rows.filter(({ life }) => canBeStopped(life))
  const stop = going.filter(({ shutdown }) => shutdown)
  const stay = going.filter(({ shutdown, life }) => !shutdown && mayBeRunning(life))
  return [
    'Nothing of it is started or restarted by itself until it is activated again.',
    ...(stop.length === 0
      ? []
      : [`${countOf(stop.length, 'process stops', 'processes stop')}: ${names(stop)}.${order(stop)}`]),
    ...(stay.length === 0
      ? []
      : [`${countOf(stay.length, 'process keeps', 'processes keep')} running, not supervised: ${names(stay)}.`]),
  ]
}
