import type { SessionRow } from '../../shared/domain/rows.ts'
import { useRows } from './rows-store.ts'
import { useSelection } from './selection-store.ts'
import { useView } from './view-store.ts'

/** Keys of group lines in the grid begin with this. */
export const groupPrefix = 'group:'

/** The session that commands are about: of the group or process that has the keyboard, else the only one there is. */
export function currentSession(): SessionRow | null {
  const { sessions, processes } = useRows.getState()
  const { cursor, shown } = useSelection.getState()
  const ofGroup =
    cursor?.startsWith(groupPrefix) && useView.getState().groupBy === 'session'
      ? sessions.get(cursor.slice(groupPrefix.length))
      : undefined
  const ofProcess = shown === null ? undefined : sessions.get(processes.get(shown)?.sessionId ?? '')
  const [first, ...others] = sessions.values()
  return ofGroup ?? ofProcess ?? (others.length === 0 ? first : undefined) ?? null
}
