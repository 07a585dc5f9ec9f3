import { mayBeRunning } from '../../shared/domain/life.ts'
import type { ProcessRow, Usage } from '../../shared/domain/rows.ts'
import { detailSentence, needsReading } from '../../shared/text/detail.ts'
import { formatMoment } from '../../shared/text/durations.ts'
import { type Status, statusOf } from '../../shared/text/status.ts'

// Without the daemon nobody knows what its living processes do, so they are shown as unknown, not as they were last.

/** The status to show. `lostSince`: since when the daemon has not been heard (ms since 1970 UTC), null while it is. */
export const shownStatus = (row: Pick<ProcessRow, 'life'>, lostSince: number | null): Status =>
  lostSince !== null && mayBeRunning(row.life) ? 'unknown' : statusOf(row.life)

export const shownDetail = (
  row: Pick<ProcessRow, 'life' | 'usage' | 'state' | 'waitingFor'>,
  lostSince: number | null,
  now: number,
): string => {
  if (lostSince === null) return detailSentence(row, now)
  if (mayBeRunning(row.life)) return `No word from the daemon since ${formatMoment(lostSince, now)}`
  return row.life.kind === 'backoff' ? 'Restarts when the daemon answers again' : detailSentence(row, now)
}

/** What it uses; null when nobody knows. */
export const shownUsage = (row: Pick<ProcessRow, 'life' | 'usage'>, lostSince: number | null): Usage | null =>
  shownStatus(row, lostSince) === 'unknown' ? null : row.usage

/** False where the detail may be muted. */
export const shownStrong = (row: Pick<ProcessRow, 'life'>, lostSince: number | null): boolean =>
  (lostSince !== null && mayBeRunning(row.life)) || needsReading(row.life)
