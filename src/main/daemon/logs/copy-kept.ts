import { renameSync } from 'node:fs'
import { type FileHandle, open, realpath, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type DropOutcome, placeToDropTo } from './drop-start.ts'
import type { LogFile } from './log-file.ts'
import { readAt } from './reader.ts'
import { isOpenForWriting } from './writers.ts'

const copiedBytes = 1_048_576
const nothing = Buffer.alloc(copiedBytes)

/**
 * Drops about the first `bytes` of what a log still has where its start cannot be freed: what is kept is copied to the
 * same places of a new file, which takes the place of the old one. Only while nobody writes the log: `failed` where
 * somebody may, or where there is no space for the copy; the log is then as it was.
 */
export async function copyKept(file: LogFile, bytes: number): Promise<DropOutcome> {
  try {
    const path = await realpath(file.path)
    if (await isOpenForWriting(path)) return 'failed'
    file.look()
    const source = await open(path, 'r')
    try {
      return await replace({ file, path, source, bytes })
    } finally {
      await source.close()
    }
  } catch (error) {
    // No space, or a folder that may not be written; anything else is a bug.
    if (error instanceof Error && 'code' in error) return 'failed'
    throw error
  }
}

type Copy = {
  readonly file: LogFile
  readonly path: string
  readonly source: FileHandle
  readonly bytes: number
}

async function replace(copy: Copy): Promise<DropOutcome> {
  const temporary = join(dirname(copy.path), `.${basename(copy.path)}.kept`)
  try {
    return await replaceBy(temporary, copy)
  } finally {
    await rm(temporary, { force: true })
  }
}

async function replaceBy(temporary: string, { file, path, source, bytes }: Copy): Promise<DropOutcome> {
  const { mode, blksize } = await source.stat()
  const place = await placeToDropTo(source, file, { bytes, blockSize: blksize })
  if (place === null) return 'failed'
  const target = await open(temporary, 'w', mode & 0o777)
  try {
    const copied = await copyRange(source, target, place.line)
    await target.sync()
    // Stored first: a crash before the new file is in place leaves bytes where none are said to be, and no NULs unsaid.
    if (!(await file.drop({ start: 0, end: place.line, reason: 'bound' }))) return 'failed'
    const { ino: newInode } = await target.stat()
    // In one step with what follows, so that no look comes between and takes it for a log that began anew.
    renameSync(temporary, path)
    file.replacedBy(newInode)
    // Whoever wrote in this moment, against what was looked up, wrote into the old file.
    await copyRange(source, target, copied)
    file.look()
    return 'dropped'
  } finally {
    await target.close()
  }
}

/** Copies from `from` to the end, without the blocks that have nothing but NULs, and gives the end. */
async function copyRange(source: FileHandle, target: FileHandle, from: number): Promise<number> {
  let position = from
  for (;;) {
    const block = await readAt(source, position, copiedBytes)
    if (block.length === 0) break
    if (!block.equals(nothing.subarray(0, block.length))) await target.write(block, 0, block.length, position)
    position += block.length
  }
  await target.truncate(position)
  return position
}
