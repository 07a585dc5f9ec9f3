import type { FeedPart, RowsEvent, RowsSnapshot } from '../../shared/contract/schemas.ts'
import { mayBeRunning } from '../../shared/domain/life.ts'
import { assertNever } from '../../shared/domain/result.ts'
import { displayName, type ProcessRow } from '../../shared/domain/rows.ts'

/** What tray and menus need of the rows: replaced as a whole when it changes, the same when only measurements came. */
export type SupervisedRows = {
  readonly processes: ReadonlyMap<string, ProcessRow>
  /** Names of sessions by id. */
  readonly sessions: ReadonlyMap<string, string>
}

export const noRows: SupervisedRows = { processes: new Map(), sessions: new Map() }

/** The rows after one part of the feed `rows.watch`. */
export function applyPart(rows: SupervisedRows, part: FeedPart<RowsSnapshot, RowsEvent>): SupervisedRows {
  if ('snapshot' in part) {
    const { processes, sessions } = part.snapshot
    return {
      processes: new Map(processes.map((row) => [row.id, row])),
      sessions: new Map(sessions.map(({ id, name }) => [id, name])),
    }
  }
  const relevant = part.events.filter(({ kind }) => kind !== 'usage' && kind !== 'host')
  return relevant.length === 0 ? rows : applyEvents(rows, relevant)
}

function applyEvents(rows: SupervisedRows, events: readonly RowsEvent[]): SupervisedRows {
  const processes = new Map(rows.processes)
  const sessions = new Map(rows.sessions)
  for (const event of events) {
    switch (event.kind) {
      case 'session':
        sessions.set(event.session.id, event.session.name)
        break
      case 'process':
        processes.set(event.process.id, event.process)
        break
      case 'process-removed':
        processes.delete(event.id)
        break
      case 'usage':
      case 'host':
        break
      default:
        assertNever(event)
    }
  }
  return { processes, sessions }
}

/** Those that would go on after quitting. */
export const countLive = ({ processes }: SupervisedRows): number =>
  [...processes.values()].filter(({ life }) => mayBeRunning(life)).length

/** What the user calls it, with its session where another one has the same name. */
export function nameAmong(rows: SupervisedRows, row: ProcessRow): string {
  const name = displayName(row)
  const namesakes = [...rows.processes.values()].filter((other) => displayName(other) === name)
  const session = rows.sessions.get(row.sessionId)
  return namesakes.length > 1 && session !== undefined ? `${name} in ${session}` : name
}
