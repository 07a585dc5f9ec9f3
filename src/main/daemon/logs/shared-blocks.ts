import type { FileHandle } from 'node:fs/promises'
import { BufferPool } from '../../../shared/memory/buffer-pool.ts'
import { blockBytes } from './part-packer.ts'
import { openIfThere, readInto } from './reader.ts'

/** Bytes of a file that several may read and nobody may change, until `release`. */
export type SharedBlock = { readonly bytes: Buffer; release(): void }

type Opened = { readonly revision: number; readonly handle: Promise<FileHandle | null>; readonly reads: Set<unknown> }

/** Blocks kept for others who come to the same place: followers are at most one step apart. */
const keptBlocks = 2
/** For all files: few megabytes may wait for the next readers. */
const memories = new BufferPool(blockBytes, 32)

/** A read that is under way or done, and how many hold its memory. */
class Block {
  readonly position: number
  readonly length: number
  readonly bytes: Promise<Buffer | null>
  readonly #memory: ArrayBuffer
  #holders = 1

  constructor(position: number, length: number, read: (into: Buffer) => Promise<Buffer | null>) {
    this.position = position
    this.length = length
    this.#memory = memories.take()
    this.bytes = read(Buffer.from(this.#memory))
  }

  hold(): void {
    this.#holders += 1
  }

  release(): void {
    this.#holders -= 1
    if (this.#holders === 0) memories.giveBack(this.#memory)
  }
}

/**
 * Reads one file for all who read it now: one descriptor, and one read for those who want the same bytes at about the
 * same time, as all followers at its end do.
 */
export class SharedBlocks {
  readonly #path: string
  #users = 0
  #opened: Opened | null = null
  #recent: Block[] = []

  constructor(path: string) {
    this.#path = path
  }

  retain(): void {
    this.#users += 1
  }

  /** The last who leaves closes the file. */
  async release(): Promise<void> {
    this.#users -= 1
    if (this.#users === 0) await this.#close()
  }

  /**
   * Bytes from `position` on, fewer than `length` (at most `blockBytes`) only at the end of the file; null where there is
   * no file. A `revision` other than that of the last call opens the file anew. Throws where it cannot be read.
   */
  async read(revision: number, position: number, length: number): Promise<SharedBlock | null> {
    if (this.#opened !== null && this.#opened.revision !== revision) await this.#close()
    const block = this.#find(position, length) ?? this.#begin(revision, position, length)
    block.hold()
    try {
      const bytes = await block.bytes
      // An end that may have moved meanwhile is not worth keeping.
      if (bytes?.length !== length) this.#forget(block)
      if (bytes !== null) return { bytes, release: () => block.release() }
    } catch (error) {
      this.#forget(block)
      block.release()
      throw error
    }
    block.release()
    return null
  }

  #find(position: number, length: number): Block | undefined {
    return this.#recent.find((block) => block.position === position && block.length === length)
  }

  #begin(revision: number, position: number, length: number): Block {
    const block = new Block(position, length, (into) => this.#readNew(revision, into.subarray(0, length), position))
    this.#recent.push(block)
    if (this.#recent.length > keptBlocks) this.#recent.shift()?.release()
    return block
  }

  async #readNew(revision: number, into: Buffer, position: number): Promise<Buffer | null> {
    this.#opened ??= { revision, handle: openIfThere(this.#path), reads: new Set() }
    const opened = this.#opened
    const read = opened.handle.then((handle) =>
      handle === null ? null : readInto(handle, into, position, into.length),
    )
    opened.reads.add(read)
    try {
      const bytes = await read
      // A file that is not there yet may come.
      if (bytes === null && this.#opened === opened) this.#opened = null
      return bytes
    } catch (error) {
      if (this.#opened === opened) {
        this.#opened = null
        await close(opened)
      }
      throw error
    } finally {
      opened.reads.delete(read)
    }
  }

  #forget(block: Block): void {
    if (!this.#recent.includes(block)) return
    this.#recent = this.#recent.filter((kept) => kept !== block)
    block.release()
  }

  async #close(): Promise<void> {
    const opened = this.#opened
    const recent = this.#recent
    this.#opened = null
    this.#recent = []
    if (opened !== null) await close(opened)
    for (const block of recent) block.release()
  }
}

async function close({ handle, reads }: Opened): Promise<void> {
  await Promise.allSettled(reads)
  const opened = await handle.catch(() => null)
  await opened?.close()
}
