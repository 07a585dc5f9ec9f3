import { type FileHandle, open } from 'node:fs/promises'

export const newline = 0x0a

/** Steps of a walk backwards: large enough to be quick, small enough to cost nothing for a few lines. */
const backwardBlockBytes = 65_536
/** A longer line is shown from this far before its end, and nothing before it: nobody reads on past such a line. */
const lineWindowBytes = 8_388_608

/** Opens a file for reading; null where there is none. Throws where it cannot be read. */
export async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Calls `use` with the opened file and closes it; null where there is no file. */
export async function withHandle<T>(path: string, use: (handle: FileHandle) => Promise<T>): Promise<T | null> {
  const handle = await openIfThere(path)
  if (handle === null) return null
  try {
    return await use(handle)
  } finally {
    await handle.close()
  }
}

/** Bytes from `position` on, fewer than `length` only at the end of the file. The memory is the caller's. */
export function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  return readInto(handle, Buffer.allocUnsafeSlow(length), position, length)
}

/** The same into the start of `block`. */
export async function readInto(handle: FileHandle, block: Buffer, position: number, length: number): Promise<Buffer> {
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(block, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return block.subarray(0, filled)
}

/**
 * Where the last `lines` lines between `first` and `end` begin, and how many there are. Bytes behind the last newline
 * count as a line. Reads backwards in blocks and stops inside a line that is longer than `windowBytes`.
 */
export async function lastLines(
  handle: FileHandle,
  { start: first, end }: { readonly start: number; readonly end: number },
  lines: number,
  windowBytes = lineWindowBytes,
): Promise<{ readonly start: number; readonly count: number }> {
  let count = 0
  if (lines === 0) return { start: end, count }
  let lineEnd = end
  let blockEnd = end
  while (blockEnd > first) {
    const blockStart = Math.max(first, blockEnd - backwardBlockBytes)
    const block = await readAt(handle, blockStart, blockEnd - blockStart)
    for (let at = block.lastIndexOf(newline); at >= 0; at = at > 0 ? block.lastIndexOf(newline, at - 1) : -1) {
      const lineStart = blockStart + at + 1
      if (lineStart === end) continue
      count += 1
      if (count === lines) return { start: lineStart, count }
      lineEnd = lineStart
    }
    if (lineEnd - blockStart > windowBytes) return { start: blockStart, count: count + 1 }
    blockEnd = blockStart
  }
  return { start: first, count: end > first ? count + 1 : count }
}

/**
 * Where the first line begins that begins at or after `from` and before `end`; `from` itself where none does, so that
 * a line without an end in sight is cut instead of left out.
 */
export async function firstLineStart(handle: FileHandle, from: number, end: number): Promise<number> {
  if (from === 0) return 0
  for (let position = from - 1; position < end; position += backwardBlockBytes) {
    const block = await readAt(handle, position, Math.min(backwardBlockBytes, end - position))
    const at = block.indexOf(newline)
    if (at >= 0) return position + at + 1 < end ? position + at + 1 : from
    if (block.length < backwardBlockBytes) break
  }
  return from
}
