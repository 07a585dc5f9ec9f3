import type { LogInfo, LogPlace } from '../../../shared/contract/contract.ts'
import type { LogFiles } from './log-file.ts'
import { acquireSources, type LogPaths } from './parts.ts'
import { placeOfNextLine, placeOfTime } from './span.ts'

/**
 * Where the first lines begin that came at `at` (ms since 1970 UTC) or later; null: behind the last ones. A line that has
 * not ended yet is still to come, so that a search up to there and a follow from there see it whole and once.
 */
export async function placeIn(files: LogFiles, paths: LogPaths, at: number | null): Promise<LogPlace> {
  const sources = acquireSources(files, [paths], 'both', 'read')
  try {
    const place = { out: 0, err: 0 }
    for (const source of sources) {
      place[source.stream] = await (at === null ? placeOfNextLine(source) : placeOfTime(source, at))
    }
    return place
  } finally {
    for (const { file } of sources) files.release(file, 'read')
  }
}

/** How large both logs are: length, what is kept of it, and what that takes on disk. 0 where absent. */
export function sizesOf(files: LogFiles, paths: LogPaths): Pick<LogInfo, 'out' | 'err'> {
  const sources = acquireSources(files, [paths], 'both', 'read')
  const sizes = { out: nothing, err: nothing }
  for (const { file, stream, end } of sources) {
    sizes[stream] = { start: Math.min(file.start, end), end, onDiskBytes: file.diskBytes }
    files.release(file, 'read')
  }
  return sizes
}

const nothing: LogInfo['out'] = { start: 0, end: 0, onDiskBytes: 0 }
