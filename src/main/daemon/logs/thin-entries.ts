/** Two big-endian float64: offset, time. */
export const entryBytes = 16
/**
 * 1 MiB of entries. At 25 ms a step that is 27 minutes of a log that never rests; what is older than the newer half is
 * kept with half as many entries each time, and so with times that are that much less exact.
 */
export const maxEntries = 65_536
/** So many of the newest entries stay as they are: half of what there may be. */
const exactEntries = maxEntries / 2
/** Few enough that the index is written anew rarely: not before it grew by a quarter of its limit. */
const targetEntries = maxEntries * 0.75

/**
 * The encoded entries of a time index, fewer of them: none about the bytes before `keptFrom`, and among the older half
 * every second one left out, as often as it takes. What an entry that is left out said of its bytes, the next one says
 * with a later time.
 */
export function thinnedEntries(entries: Buffer, keptFrom: number): Buffer {
  const count = entries.length / entryBytes
  let first = 0
  while (first < count - 1 && entries.readDoubleBE(first * entryBytes) <= keptFrom) first += 1
  const exactFrom = Math.max(first, count - exactEntries)
  let step = 1
  while (Math.ceil((exactFrom - first) / step) + (count - exactFrom) > targetEntries) step *= 2
  const kept = Buffer.allocUnsafeSlow((Math.ceil((exactFrom - first) / step) + (count - exactFrom)) * entryBytes)
  let length = 0
  // Backwards from the exact ones, so that the entry before them is one that stays.
  const older: number[] = []
  for (let at = exactFrom - 1; at >= first; at -= step) older.push(at)
  for (const at of older.reverse()) length += entries.copy(kept, length, at * entryBytes, (at + 1) * entryBytes)
  length += entries.copy(kept, length, exactFrom * entryBytes, count * entryBytes)
  return kept.subarray(0, length)
}
