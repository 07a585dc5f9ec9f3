import type { LogGap } from '../contract/log-part.ts'
import { assertNever } from '../domain/result.ts'
import { formatBytes } from './bytes.ts'
import { formatMoment } from './durations.ts'

/** What stands where lines of a log are missing: `12 MB dropped before 10:02 to keep the log within its limit`. */
export const gapSentence = (gap: Pick<LogGap, 'offset' | 'end' | 'time' | 'reason'>, now: number): string =>
  `${formatBytes(gap.end - gap.offset)} dropped before ${formatMoment(gap.time, now)} ${why(gap)}`

function why({ reason }: Pick<LogGap, 'reason'>): string {
  switch (reason) {
    case 'bound':
      return 'to keep the log within its limit'
    case 'host':
      return 'on its host, before it could be fetched'
    default:
      return assertNever(reason)
  }
}
