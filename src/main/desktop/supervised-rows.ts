import type { FeedPart, RowsEvent, RowsSnapshot } from '../../shared/contract/schemas.ts'
import { assertNever } from '../../shared/domain/result.ts'
import { displayName, type ProcessRow, type SessionRow } from '../../shared/domain/rows.ts'

/** What tray and menus need of the rows: replaced as a whole when it changes, the same when only measurements came. */
export type SupervisedRows = {
  readonly processes: ReadonlyMap<string, ProcessRow>
  readonly sessions: ReadonlyMap<string, Pick<SessionRow, 'name' | 'path'>>
  /** Counts the snapshots: rows of another one may have changed while nobody listened. */
  readonly snapshot: number
}

export const noRows: SupervisedRows = { processes: new Map(), sessions: new Map(), snapshot: 0 }

/** The rows after one part of the feed `rows.watch`. */
export function applyPart(rows: SupervisedRows, part: FeedPart<RowsSnapshot, RowsEvent>): SupervisedRows {
  if ('snapshot' in part) {
    const { processes, sessions } = part.snapshot
    return {
      processes: new Map(processes.map((row) => [row.id, row])),
      sessions: new Map(sessions.map((session) => [session.id, session])),
      snapshot: rows.snapshot + 1,
    }
  }
  const relevant = part.events.filter(({ kind }) => !changesNothing(kind))
  return relevant.length === 0 ? rows : applyEvents(rows, relevant)
}

/** Measurements and dependences are not shown in menus. */
const changesNothing = (kind: RowsEvent['kind']): boolean =>
  kind === 'usage' || kind === 'host' || kind === 'dependences'

function applyEvents(rows: SupervisedRows, events: readonly RowsEvent[]): SupervisedRows {
  const processes = new Map(rows.processes)
  const sessions = new Map(rows.sessions)
  for (const event of events) {
    switch (event.kind) {
      case 'session':
        sessions.set(event.session.id, event.session)
        break
      case 'process':
        processes.set(event.process.id, event.process)
        break
      case 'process-removed':
        processes.delete(event.id)
        break
      case 'usage':
      case 'host':
      case 'dependences':
        break
      default:
        assertNever(event)
    }
  }
  return { ...rows, processes, sessions }
}

/** What the user calls it, with its session where another one has the same name. */
export function nameAmong(rows: SupervisedRows, row: ProcessRow): string {
  const name = displayName(row)
  const namesakes = [...rows.processes.values()].filter((other) => displayName(other) === name)
  const session = rows.sessions.get(row.sessionId)?.name
  return namesakes.length > 1 && session !== undefined ? `${name} in ${session}` : name
}
