import type { RunRow } from '../../../shared/domain/rows.ts'
import { formatPreciseClock, formatSinceStart } from '../../../shared/text/durations.ts'
import type { LogTimes } from '../../data/view-store.ts'
import type { Line } from './log-lines.ts'

/** Start of the run that wrote a line; null when it is not known. */
function startOf(line: Pick<Line, 'stream' | 'offset'>, runs: readonly RunRow[]): number | null {
  let best: RunRow | null = null
  for (const run of runs) {
    const offset = line.stream === 'out' ? run.outOffset : run.errOffset
    if (offset <= line.offset && (best === null || run.run > best.run)) best = run
  }
  return best?.startedAt ?? null
}

/** What stands before a line; null for nothing. `runs` are those of its process. */
export function lineTime(
  line: Pick<Line, 'stream' | 'offset' | 'time'>,
  times: LogTimes,
  runs: readonly RunRow[],
): string | null {
  switch (times) {
    case 'off':
      return null
    case 'clock':
      return formatPreciseClock(line.time)
    case 'since-start': {
      const start = startOf(line, runs)
      return start === null ? formatPreciseClock(line.time) : formatSinceStart(line.time - start)
    }
  }
}
