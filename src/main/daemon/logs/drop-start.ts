import { type FileHandle, open } from 'node:fs/promises'
import { rangeAt, rangeFrom } from './dropped-ranges.ts'
import type { LogFile } from './log-file.ts'
import type { HolePuncher } from './punch.ts'
import { firstLineStart } from './reader.ts'

/** The newest part of a log that stays, whatever its limits are. */
export const minKeptBytes = 1_048_576
/** Of a longer line only the end is kept. */
const lineSearchBytes = 1_048_576

/** `unable`: the file system or the installed programs cannot free the start of a file. `failed`: not this time. */
export type DropOutcome = 'dropped' | 'unable' | 'failed'

/** Where the kept lines are to begin, and the place up to which whole blocks can be freed. */
export type DropPlace = { readonly line: number; readonly block: number }

/**
 * Drops about the first `bytes` of what a log still has, up to the start of a line; the file keeps its length. What is
 * dropped is stored before it is freed, so that no reader takes the NULs for lines, not even after a crash in between.
 */
export async function dropStart(file: LogFile, bytes: number, puncher: HolePuncher): Promise<DropOutcome> {
  file.look()
  let handle: FileHandle | null = null
  try {
    handle = await open(file.path, 'r+')
    const { dev, blksize } = await handle.stat()
    if (!(await puncher.canFree(handle, dev))) return 'unable'
    const { generation } = file
    const place = await placeToDropTo(handle, file, { bytes, blockSize: blksize })
    if (place === null) return 'failed'
    if (!(await file.drop({ start: 0, end: place.line, reason: 'bound' }))) return 'failed'
    // A file that began anew is not what the place is about.
    file.look()
    if (generation !== file.generation) return 'failed'
    const freed = await puncher.freeStart(handle, place.block)
    file.look()
    return freed ? 'dropped' : 'failed'
  } catch (error) {
    // It is gone, not ours, or on a disk that fails; anything else is a bug.
    if (error instanceof Error && 'code' in error) return 'failed'
    throw error
  } finally {
    await handle?.close()
  }
}

/**
 * The first line that begins `bytes` after the start of what is kept. Null where no more than `minKeptBytes` is there.
 * A line that does not end within 1 MiB is cut.
 */
export async function placeToDropTo(
  handle: FileHandle,
  file: LogFile,
  { bytes, blockSize }: { readonly bytes: number; readonly blockSize: number },
): Promise<DropPlace | null> {
  const wanted = Math.min(file.start + bytes, file.end - minKeptBytes)
  if (wanted <= file.start) return null
  const line = await lineFrom(handle, file, wanted)
  return { line, block: line - (line % blockSize) }
}

async function lineFrom(handle: FileHandle, file: LogFile, wanted: number): Promise<number> {
  const within = rangeAt(file.dropped, wanted)
  if (within !== null) return within.end
  const gap = rangeFrom(file.dropped, wanted)
  const end = Math.min(file.end, wanted + lineSearchBytes, gap?.start ?? file.end)
  const line = await firstLineStart(handle, wanted, end)
  // The line goes on up to a gap: what comes behind that is whole.
  return line === wanted && gap !== null && gap.start === end ? gap.end : line
}
