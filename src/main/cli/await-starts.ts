import type { RowsEvent, RowsSnapshot } from '../../shared/contract/schemas.ts'
import { assertNever, type Result, success } from '../../shared/domain/result.ts'
import type { ProcessRow } from '../../shared/domain/rows.ts'
import type { DaemonClient } from './cli.ts'

/**
 * Waits until each process runs and is ready, or has ended for good. What is blocked, or is about to be started again,
 * is waited for.
 *
 * @returns the rows as they are then, in their order; `cancelled` when `signal` is aborted first
 */
export async function awaitStarts(
  client: DaemonClient,
  rows: readonly ProcessRow[],
  signal: AbortSignal,
): Promise<Result<ProcessRow[]>> {
  const latest = new Map(rows.map((row) => [row.id, row]))
  const gone = new Set<string>()
  const done = new AbortController()
  const take = (row: ProcessRow) => {
    if (latest.has(row.id)) latest.set(row.id, row)
  }
  const takeEvent = (event: RowsEvent) => {
    if (event.kind === 'process') take(event.process)
    else if (event.kind === 'process-removed') gone.add(event.id)
  }
  const allSettled = () => [...latest.values()].every((row) => gone.has(row.id) || isSettled(row))
  const ended = await client.watch(
    'rows.watch',
    {},
    {
      signal: AbortSignal.any([signal, done.signal]),
      onPart: (part) => {
        if ('snapshot' in part) takeSnapshot(part.snapshot, take, latest, gone)
        else for (const event of part.events) takeEvent(event)
        if (allSettled()) done.abort()
      },
    },
  )
  return ended.ok || done.signal.aborted ? success([...latest.values()]) : ended
}

function takeSnapshot(
  { processes }: RowsSnapshot,
  take: (row: ProcessRow) => void,
  wanted: ReadonlyMap<string, ProcessRow>,
  gone: Set<string>,
): void {
  const present = new Set(processes.map((row) => row.id))
  for (const id of wanted.keys()) if (!present.has(id)) gone.add(id)
  for (const row of processes) take(row)
}

/** True where nothing more comes of a start. */
function isSettled({ life }: ProcessRow): boolean {
  switch (life.kind) {
    case 'up':
    case 'exited':
    case 'failed':
    case 'down':
    case 'ambiguous':
    case 'new':
      return true
    case 'blocked':
    case 'starting':
    case 'backoff':
    case 'paused':
    case 'stopping':
    case 'unknown':
      return false
    default:
      return assertNever(life)
  }
}
