import type { SavedMove } from '../store/session-store.ts'
import type { Log } from './log.ts'
import type { OpenSession } from './model.ts'

/** Writes a move down. False when it is only in memory so far. */
export function saveMove(session: OpenSession, move: SavedMove, log: Log): boolean {
  session.unsaved.push(move)
  return flush(session, log)
}

/** Writes what is not written yet, in order. */
export function flush(session: OpenSession, log: Log): boolean {
  while (session.unsaved[0] !== undefined) {
    try {
      session.store?.saveMove(session.unsaved[0])
    } catch (error) {
      log.error({ error, session: session.path }, 'A change could not be saved; it is kept in memory')
      return false
    }
    session.unsaved.shift()
  }
  return true
}

/** Writes something that is no move and whose loss starts nothing twice, such as a line of the history. */
export function saveQuietly(session: OpenSession, log: Log, write: () => void): void {
  try {
    write()
  } catch (error) {
    log.error({ error, session: session.path }, 'A change could not be saved')
  }
}
