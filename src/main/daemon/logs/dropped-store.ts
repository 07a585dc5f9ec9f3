import { closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { type GapReason, gapReasons } from '../../../shared/contract/log-part.ts'
import { type DroppedRange, maxDroppedRanges } from './dropped-ranges.ts'

/** Room for `maxDroppedRanges` ranges of at most 70 characters, in whole blocks of a file system. */
const slotBytes = 8192
const slots = 2

/** Where the dropped ranges of the log with this time index are stored. */
export const droppedPathOf = (indexPath: string): string => `${indexPath}.dropped`

/**
 * Which bytes of a log were dropped, in a small file beside its time index. There are two slots that are written in
 * turn, each with a number and a checksum, so that a torn write leaves the slot before it. The file has its blocks from
 * the first write on: it can be written again when the disk is full, which is when bytes have to be dropped.
 */
export class DroppedStore {
  readonly #path: string
  #ranges: readonly DroppedRange[] = []
  #sequence = 0
  #version = ''
  #epoch = 0
  #queue: Promise<unknown> = Promise.resolve()
  #writing = 0
  #reserved = false

  /** A file that is absent or unreadable means that nothing was dropped. */
  constructor(path: string) {
    this.#path = path
    this.#read()
  }

  /** In order and apart from each other. */
  get ranges(): readonly DroppedRange[] {
    return this.#ranges
  }

  /** Takes what another daemon may have stored since. */
  refresh(): void {
    if (versionOf(this.#path) !== this.#version) this.#read()
  }

  /** Makes the file, with room for later. False where it could not be written. */
  async reserve(): Promise<boolean> {
    return this.#reserved || (await this.update((ranges) => ranges))
  }

  /**
   * Stores other ranges; they hold when the promise resolves with true, which is when they would survive a power cut.
   * False where they could not be stored, or the log began anew meanwhile: then nothing changed.
   */
  update(change: (ranges: readonly DroppedRange[]) => readonly DroppedRange[]): Promise<boolean> {
    const epoch = this.#epoch
    return this.#enqueue(async () => {
      if (epoch !== this.#epoch) return false
      const ranges = change(this.#ranges)
      if (!(await this.#write(ranges)) || epoch !== this.#epoch) return false
      this.#ranges = ranges
      return true
    })
  }

  /**
   * Sets what is known to be true whatever was stored: nothing, where the log began anew. Holds at once, ends updates
   * that are under way, and with `stored` is stored where it can be.
   */
  replace(ranges: readonly DroppedRange[], stored: boolean): void {
    this.#epoch += 1
    const nothingToForget = ranges.length === 0 && this.#ranges.length === 0 && !this.#reserved
    this.#ranges = ranges
    if (nothingToForget || !stored) return
    void this.#enqueue(() => this.#write(this.#ranges))
  }

  /** False while something is on its way to the disk. */
  get isSettled(): boolean {
    return this.#writing === 0
  }

  /** Resolves when everything is stored. */
  async settled(): Promise<void> {
    while (!this.isSettled) await this.#queue
  }

  #enqueue(task: () => Promise<boolean>): Promise<boolean> {
    this.#writing += 1
    const turn = this.#queue.then(task).finally(() => {
      this.#writing -= 1
    })
    this.#queue = turn
    return turn
  }

  async #write(ranges: readonly DroppedRange[]): Promise<boolean> {
    const sequence = this.#sequence + 1
    try {
      const handle = await open(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600)
      try {
        if (!this.#reserved) await fillUp(handle)
        const slot = encodeSlot({ sequence, ranges })
        const { bytesWritten } = await handle.write(slot, 0, slotBytes, (sequence % slots) * slotBytes)
        if (bytesWritten < slotBytes) return false
        await handle.datasync()
      } finally {
        await handle.close()
      }
    } catch {
      // A full disk, or a folder that is gone: nothing is dropped then.
      return false
    }
    this.#reserved = true
    this.#sequence = sequence
    this.#version = versionOf(this.#path)
    return true
  }

  #read(): void {
    this.#version = versionOf(this.#path)
    const newest = readSlots(this.#path)
      .map(decodeSlot)
      .filter((slot) => slot !== null)
      .sort((left, right) => right.sequence - left.sequence)[0]
    this.#ranges = newest?.ranges ?? []
    this.#sequence = Math.max(this.#sequence, newest?.sequence ?? 0)
  }
}

type Slot = { readonly sequence: number; readonly ranges: readonly DroppedRange[] }

/** Gives the file all its blocks now. */
async function fillUp(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat()
  const missing = Buffer.alloc(Math.max(0, slots * slotBytes - size), ' ')
  await handle.write(missing, 0, missing.length, size)
}

/** `CRC-32 of the rest, in hexadecimal`, a space, JSON, and spaces up to the length of a slot. */
function encodeSlot({ sequence, ranges }: Slot): Buffer {
  const json = JSON.stringify({
    sequence,
    ranges: ranges.map(({ start, end, reason, time }) => [start, end, reason, Math.floor(time)]),
  })
  const slot = Buffer.alloc(slotBytes, ' ')
  slot.write(`${checksumOf(json)} ${json}`)
  slot.write('\n', slotBytes - 1)
  return slot
}

const checksumOf = (json: string): string => crc32(json).toString(16).padStart(8, '0')

/** Null for one that was never written, or not to its end. */
function decodeSlot(text: string): Slot | null {
  const json = text.slice(9).trimEnd()
  if (json === '' || text.slice(0, 8) !== checksumOf(json)) return null
  const content: unknown = JSON.parse(json)
  if (!isRecord(content) || typeof content.sequence !== 'number' || !Array.isArray(content.ranges)) return null
  const ranges = content.ranges.map(rangeOf).filter((range) => range !== null)
  return { sequence: content.sequence, ranges: ranges.slice(0, maxDroppedRanges) }
}

function rangeOf(value: unknown): DroppedRange | null {
  if (!Array.isArray(value)) return null
  const [start, end, reason, time]: readonly unknown[] = value
  if (typeof start !== 'number' || typeof end !== 'number' || typeof time !== 'number') return null
  const known = gapReasons.find((name): name is GapReason => name === reason)
  return known === undefined ? null : { start, end, reason: known, time }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function readSlots(path: string): string[] {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch {
    return []
  }
  try {
    const bytes = Buffer.alloc(slots * slotBytes)
    const length = readSync(descriptor, bytes, 0, bytes.length, 0)
    return Array.from({ length: slots }, (_, at) =>
      bytes.toString('utf8', at * slotBytes, (at + 1) * slotBytes),
    ).filter((_, at) => (at + 1) * slotBytes <= length)
  } catch {
    return []
  } finally {
    closeSync(descriptor)
  }
}

/** Changes with each write; empty where there is no file. */
function versionOf(path: string): string {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    return found === undefined ? '' : `${found.ino} ${found.mtimeMs}`
  } catch {
    return ''
  }
}
