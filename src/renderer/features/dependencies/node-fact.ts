import type { Life } from '../../../shared/domain/life.ts'
import { assertNever } from '../../../shared/domain/result.ts'
import type { ProcessRow } from '../../../shared/domain/rows.ts'
import type { RunEnd } from '../../../shared/domain/run-end.ts'
import { timeToKill } from '../../../shared/text/detail.ts'
import { formatAge, formatLimit } from '../../../shared/text/durations.ts'

/** Where there is one: `41 s of 60 s` in the graph, `41 s` in the outline. */
type Room = 'wide' | 'narrow'

const ended = ({ code, signal }: RunEnd): string => signal ?? (code === null ? '' : `exit ${code}`)

/** The one fact beside the status of a process that matters to what depends on it: its state, exit code, or how long. */
export function nodeFact(row: Pick<ProcessRow, 'life' | 'state'>, now: number, room: Room): string {
  const { life } = row
  switch (life.kind) {
    case 'up':
    case 'paused':
      return row.state ?? ''
    case 'starting':
      return startingFact(life, now, room)
    case 'stopping': {
      const left = timeToKill(life, now)
      return left === null ? '' : `${left} left`
    }
    case 'backoff':
      return `in ${formatLimit(life.until - now)}`
    case 'exited':
      return ended(life.end)
    case 'new':
    case 'blocked':
    case 'down':
    case 'failed':
    case 'ambiguous':
    case 'unknown':
      return ''
    default:
      return assertNever(life)
  }
}

function startingFact({ since, readyBy }: Extract<Life, { kind: 'starting' }>, now: number, room: Room): string {
  const elapsed = formatAge(now - since)
  return readyBy === null || room === 'narrow' ? elapsed : `${elapsed} of ${formatLimit(readyBy - since)}`
}
