import type { Life } from '../domain/life.ts'
import { assertNever } from '../domain/result.ts'
import { endedWell } from '../domain/run-end.ts'

/** The nine words that every screen, the tray and the command line use. */
export const statuses = [
  'failed',
  'unknown',
  'stopping',
  'starting',
  'waiting',
  'running',
  'paused',
  'stopped',
  'succeeded',
] as const

/** In the order of attention: what needs a person first. This is the default sort order of the grid. */
export type Status = (typeof statuses)[number]

/** The word on screen; the shape `status-<status>` and the colour token `--status-<status>` belong to it. */
export const statusWord: Readonly<Record<Status, string>> = {
  failed: 'Failed',
  unknown: 'Unknown',
  stopping: 'Stopping',
  starting: 'Starting',
  waiting: 'Waiting',
  running: 'Running',
  paused: 'Paused',
  stopped: 'Stopped',
  succeeded: 'Succeeded',
}

export const statusRank = (status: Status): number => statuses.indexOf(status)

/** The one table from life to status (docs/glossary.md). */
export function statusOf(life: Life): Status {
  switch (life.kind) {
    case 'new':
    case 'blocked':
      return 'waiting'
    case 'starting':
    case 'backoff':
      return 'starting'
    case 'up':
      return 'running'
    case 'paused':
      return 'paused'
    case 'stopping':
      return 'stopping'
    case 'down':
      return 'stopped'
    case 'exited':
      return endedWell(life.end) ? 'succeeded' : 'failed'
    case 'failed':
      return 'failed'
    case 'ambiguous':
    case 'unknown':
      return 'unknown'
    default:
      return assertNever(life)
  }
}
