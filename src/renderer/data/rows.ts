import type { FeedPart, RowsEvent, RowsSnapshot } from '../../shared/contract/schemas.ts'
import type { HostRow } from '../../shared/domain/host.ts'
import { assertNever } from '../../shared/domain/result.ts'
import type { DependenceRow, ProcessRow, SessionRow } from '../../shared/domain/rows.ts'

/** Everything that the daemon shows, by id. Every map is replaced when it changes, every row only when it changes. */
export type Rows = {
  readonly sessions: ReadonlyMap<string, SessionRow>
  readonly processes: ReadonlyMap<string, ProcessRow>
  /** By session; a session without dependences has no entry. */
  readonly dependences: ReadonlyMap<string, readonly DependenceRow[]>
  readonly hosts: ReadonlyMap<string, HostRow>
  /** Grows with every change except measurements: what order, groups and counts depend on. */
  readonly structure: number
}

export const noRows: Rows = {
  sessions: new Map(),
  processes: new Map(),
  dependences: new Map(),
  hosts: new Map(),
  structure: 0,
}

const byId = <Row extends { readonly id: string }>(rows: readonly Row[]): Map<string, Row> =>
  new Map(rows.map((row) => [row.id, row]))

/** The rows after one part of the feed `rows.watch`. */
export function applyPart(rows: Rows, part: FeedPart<RowsSnapshot, RowsEvent>): Rows {
  if ('snapshot' in part) {
    const { sessions, processes, dependences, hosts } = part.snapshot
    return {
      sessions: byId(sessions),
      processes: byId(processes),
      dependences: Map.groupBy(dependences, ({ sessionId }) => sessionId),
      hosts: new Map(hosts.map((host) => [host.name, host])),
      structure: rows.structure + 1,
    }
  }
  return applyEvents(rows, part.events)
}

function applyEvents(rows: Rows, events: readonly RowsEvent[]): Rows {
  if (events.length === 0) return rows
  const sessions = new Map(rows.sessions)
  const processes = new Map(rows.processes)
  let { dependences } = rows
  const hosts = new Map(rows.hosts)
  let { structure } = rows
  for (const event of events) {
    switch (event.kind) {
      case 'session':
        sessions.set(event.session.id, event.session)
        structure += 1
        break
      case 'process':
        processes.set(event.process.id, event.process)
        structure += 1
        break
      case 'dependences':
        dependences = withDependences(dependences, event.sessionId, event.dependences)
        structure += 1
        break
      case 'process-removed':
        processes.delete(event.id)
        structure += 1
        break
      case 'usage': {
        const known = processes.get(event.id)
        if (known) processes.set(event.id, { ...known, usage: event.usage, cpuHistory: event.cpuHistory })
        break
      }
      case 'host':
        hosts.set(event.host.name, event.host)
        break
      case 'host-removed':
        hosts.delete(event.name)
        break
      default:
        assertNever(event)
    }
  }
  return { sessions, processes, dependences, hosts, structure }
}

function withDependences(all: Rows['dependences'], sessionId: string, ofOne: readonly DependenceRow[]) {
  const next = new Map(all)
  if (ofOne.length > 0) next.set(sessionId, ofOne)
  else next.delete(sessionId)
  return next
}
