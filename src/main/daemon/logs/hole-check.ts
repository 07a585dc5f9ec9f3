import { closeSync, openSync, readSync } from 'node:fs'
import type { DroppedRange } from './dropped-ranges.ts'

/** One page: what a file system frees at least. */
const sampleBytes = 4096
/** Places that are looked at between the first and the last. */
const samplesWithin = 15
/**
 * A bound frees whole blocks before the end of its range, and a range is at least 4 MiB long: the last quarter may still
 * have bytes, of a file system with large blocks.
 */
const freedShare = 0.75

/**
 * The ranges in which the log really has nothing. One with bytes wherever it is looked at was stored before a crash that
 * came before the bytes were freed, or belongs to another file that was here: all of it can be read. A file that cannot
 * be read keeps its ranges.
 */
export function reallyDropped(path: string, ranges: readonly DroppedRange[]): readonly DroppedRange[] {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch {
    return ranges
  }
  try {
    return ranges.filter((range) => hasHole(descriptor, range))
  } catch {
    return ranges
  } finally {
    closeSync(descriptor)
  }
}

/** Both ends are looked at, because freeing that a crash cut short began at one of them. */
function hasHole(descriptor: number, range: DroppedRange): boolean {
  const length = range.reason === 'bound' ? (range.end - range.start) * freedShare : range.end - range.start
  const sample = Buffer.alloc(Math.min(sampleBytes, Math.max(1, Math.floor(length))))
  const last = Math.max(0, Math.floor(length) - sample.length)
  for (let at = 0; at <= samplesWithin; at += 1) {
    const position = range.start + Math.floor((last * at) / samplesWithin)
    const read = readSync(descriptor, sample, 0, sample.length, position)
    // Nothing at all: a gap at the end, whose file was not made longer yet.
    if (sample.subarray(0, read).every((byte) => byte === 0)) return true
  }
  return false
}
