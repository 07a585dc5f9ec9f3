import type { FeedPart, RowsEvent, RowsSnapshot } from '../../shared/contract/schemas.ts'
import type { HostRow } from '../../shared/domain/host.ts'
import { assertNever } from '../../shared/domain/result.ts'
import { displayName, type ProcessRow, type SessionRow } from '../../shared/domain/rows.ts'

/** What tray and menus need of the rows: replaced as a whole when it changes, the same when only measurements came. */
export type SupervisedRows = {
  readonly processes: ReadonlyMap<string, ProcessRow>
  readonly sessions: ReadonlyMap<string, Pick<SessionRow, 'name' | 'path'>>
  /** Machines by name, as far as they can be reached. */
  readonly hosts: ReadonlyMap<string, ReachedHost>
  /** Counts the snapshots: rows of another one may have changed while nobody listened. */
  readonly snapshot: number
}

export type ReachedHost = Pick<HostRow, 'name' | 'state'>

export const noRows: SupervisedRows = { processes: new Map(), sessions: new Map(), hosts: new Map(), snapshot: 0 }

const reached = ({ name, state }: HostRow): ReachedHost => ({ name, state })

/** The rows after one part of the feed `rows.watch`. */
export function applyPart(rows: SupervisedRows, part: FeedPart<RowsSnapshot, RowsEvent>): SupervisedRows {
  if ('snapshot' in part) {
    const { processes, sessions, hosts } = part.snapshot
    return {
      processes: new Map(processes.map((row) => [row.id, row])),
      sessions: new Map(sessions.map((session) => [session.id, session])),
      hosts: new Map(hosts.map((host) => [host.name, reached(host)])),
      snapshot: rows.snapshot + 1,
    }
  }
  const relevant = part.events.filter((event) => !changesNothing(event, rows))
  return relevant.length === 0 ? rows : applyEvents(rows, relevant)
}

/** Measurements and dependences are not shown in menus. */
function changesNothing(event: RowsEvent, rows: SupervisedRows): boolean {
  if (event.kind === 'host') return isSameState(rows.hosts.get(event.host.name), event.host)
  return event.kind === 'usage' || event.kind === 'dependences'
}

const isSameState = (was: ReachedHost | undefined, is: ReachedHost): boolean =>
  was !== undefined && JSON.stringify(was.state) === JSON.stringify(is.state)

function applyEvents(rows: SupervisedRows, events: readonly RowsEvent[]): SupervisedRows {
  const processes = new Map(rows.processes)
  const sessions = new Map(rows.sessions)
  const hosts = new Map(rows.hosts)
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
      case 'host':
        hosts.set(event.host.name, reached(event.host))
        break
      case 'host-removed':
        hosts.delete(event.name)
        break
      case 'usage':
      case 'dependences':
        break
      default:
        assertNever(event)
    }
  }
  return { ...rows, processes, sessions, hosts }
}

/** What the user calls it, with its session where another one has the same name. */
export function nameAmong(rows: SupervisedRows, row: ProcessRow): string {
  const name = displayName(row)
  const namesakes = [...rows.processes.values()].filter((other) => displayName(other) === name)
  const session = rows.sessions.get(row.sessionId)?.name
  return namesakes.length > 1 && session !== undefined ? `${name} in ${session}` : name
}
