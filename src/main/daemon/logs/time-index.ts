import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { entryBytes, maxEntries, thinnedEntries } from './thin-entries.ts'

/** The first `offset` bytes of the log were there at `time` (ms since 1970 UTC). */
export type TimeEntry = { readonly offset: number; readonly time: number }

/** Entries read at once when walking: one 4 KiB page of the file. */
const blockEntries = 256
/** Where thinning out failed it is tried again after so many entries. */
const retryEntries = 4096

/**
 * Sparse index from byte offsets of a log file to times, in a file of its own that grows up to a limit and is thinned
 * out then. Each entry is larger than the one before in offset and not smaller in time, so both can be searched; nothing
 * but the last entry is kept in memory. With access `read`, or where writing fails (a full disk), the last entry lives in memory only: what came
 * since the last stored one then shares a late time.
 */
export class TimeIndex {
  readonly #path: string
  #descriptor: number | null
  readonly #access: 'read' | 'write'
  #count = 0
  #last: TimeEntry | null = null
  #isDiskFull = false
  #keptFrom = 0

  /** A file that cannot be opened acts as an empty index. */
  constructor(path: string, access: 'read' | 'write') {
    this.#path = path
    const descriptor = access === 'write' ? openOrNull(path, constants.O_RDWR | constants.O_CREAT) : null
    this.#access = descriptor === null ? 'read' : 'write'
    this.#descriptor = descriptor ?? openOrNull(path, constants.O_RDONLY)
    this.#recover()
    if (this.#access === 'write' && this.#count >= maxEntries) this.#thinOut()
  }

  get last(): TimeEntry | null {
    return this.#last
  }

  /** The last entry could not be written because there was no space, or no quota. */
  get isDiskFull(): boolean {
    return this.#isDiskFull
  }

  /** The bytes before `offset` were dropped: their entries go when the index is written anew. */
  forgetBefore(offset: number): void {
    this.#keptFrom = offset
  }

  /** Tries again to write the last entry, where there was no space. */
  retry(): void {
    if (this.#isDiskFull) this.#save()
  }

  /** Notes that the log had `offset` bytes at `time`. A clock that went back is held at the last time. */
  append(offset: number, time: number): void {
    if (offset <= (this.#last?.offset ?? 0)) return
    this.#last = { offset, time: Math.max(time, this.#last?.time ?? 0) }
    this.#save()
    if (this.#count >= maxEntries && this.#count % retryEntries === 0) this.#thinOut()
  }

  /** Forgets everything, because the log began anew. */
  restart(): void {
    this.#count = 0
    this.#last = null
    this.#isDiskFull = false
    this.#keptFrom = 0
    if (this.#descriptor === null || this.#access === 'read') return
    try {
      ftruncateSync(this.#descriptor, 0)
    } catch {
      // What is left over is overwritten from the start.
    }
  }

  /** When the byte at `position` was there: late by at most one step of the watcher. Null where it is not indexed. */
  timeAt(position: number): number | null {
    const at = this.#firstWhere((entry) => entry.offset > position)
    if (at < this.#count) return this.#read(at)?.time ?? null
    return this.#last !== null && position < this.#last.offset ? this.#last.time : null
  }

  /** Where the bytes begin that came at `time` or later: the whole interval of the watcher is taken in. */
  offsetAt(time: number): number {
    const at = this.#firstWhere((entry) => entry.time >= time)
    if (at > 0) return this.#read(at - 1)?.offset ?? 0
    return 0
  }

  /** The entries whose intervals share bytes with [from, to), in order. Empty where nothing is indexed. */
  entriesOver(from: number, to: number): TimeEntry[] {
    const entries: TimeEntry[] = []
    for (let at = this.#firstWhere((entry) => entry.offset > from); at < this.#count; at += blockEntries) {
      for (const entry of this.#readBlock(at)) {
        entries.push(entry)
        if (entry.offset >= to) return entries
      }
    }
    const covered = Math.max(from, entries.at(-1)?.offset ?? 0)
    if (this.#last !== null && this.#last.offset > covered) entries.push(this.#last)
    return entries
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor)
    this.#descriptor = null
  }

  /** Finds the last sound entry: a crash can leave a torn record, a power cut records full of zeros. */
  #recover(): void {
    if (this.#descriptor === null) return
    this.#count = Math.floor(fstatSync(this.#descriptor).size / entryBytes)
    for (; this.#count > 0; this.#count -= 1) {
      const last = this.#read(this.#count - 1)
      const previous = this.#count > 1 ? this.#read(this.#count - 2) : { offset: 0, time: 0 }
      if (last !== null && previous !== null && last.offset > previous.offset && last.time >= previous.time) {
        this.#last = last
        return
      }
    }
  }

  #save(): void {
    if (this.#last === null || this.#descriptor === null || this.#access === 'read') return
    const record = Buffer.alloc(entryBytes)
    record.writeDoubleBE(this.#last.offset, 0)
    record.writeDoubleBE(this.#last.time, 8)
    try {
      // At its place instead of at the end: a torn record from before is overwritten.
      const written = writeSync(this.#descriptor, record, 0, entryBytes, this.#count * entryBytes)
      this.#isDiskFull = written < entryBytes
      if (written === entryBytes) this.#count += 1
    } catch (error) {
      // The next entry that can be written covers this one.
      const code = error instanceof Error && 'code' in error ? error.code : null
      this.#isDiskFull = code === 'ENOSPC' || code === 'EDQUOT'
    }
  }

  /** Writes the index anew with fewer entries, in a file that then takes the place of this one. */
  #thinOut(): void {
    if (this.#descriptor === null) return
    const temporary = `${this.#path}.new`
    let descriptor: number | null = null
    try {
      const all = Buffer.allocUnsafeSlow(this.#count * entryBytes)
      const length = readSync(this.#descriptor, all, 0, all.length, 0)
      const kept = thinnedEntries(all.subarray(0, length - (length % entryBytes)), this.#keptFrom)
      descriptor = openSync(temporary, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o600)
      if (writeSync(descriptor, kept, 0, kept.length, 0) < kept.length) throw new Error('The disk is full')
      renameSync(temporary, this.#path)
      closeSync(this.#descriptor)
      this.#descriptor = descriptor
      this.#count = kept.length / entryBytes
    } catch {
      // It goes on growing, and is thinned out when there is space again.
      if (descriptor !== null) closeSync(descriptor)
      rmSync(temporary, { force: true })
    }
  }

  /** Number of the first stored entry that satisfies a condition which holds for all after it; else their count. */
  #firstWhere(holds: (entry: TimeEntry) => boolean): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const entry = this.#read(middle)
      if (entry === null || holds(entry)) high = middle
      else low = middle + 1
    }
    return low
  }

  #read(at: number): TimeEntry | null {
    return this.#readEntries(at, 1)[0] ?? null
  }

  #readBlock(at: number): TimeEntry[] {
    return this.#readEntries(at, Math.min(blockEntries, this.#count - at))
  }

  #readEntries(at: number, count: number): TimeEntry[] {
    if (this.#descriptor === null) return []
    const block = Buffer.allocUnsafe(count * entryBytes)
    const length = readSync(this.#descriptor, block, 0, block.length, at * entryBytes)
    const entries: TimeEntry[] = []
    for (let begin = 0; begin + entryBytes <= length; begin += entryBytes) {
      const offset = block.readDoubleBE(begin)
      const time = block.readDoubleBE(begin + 8)
      // NaN fails the comparison as well.
      if (!(Number.isFinite(time) && offset > 0)) break
      entries.push({ offset, time })
    }
    return entries
  }
}

function openOrNull(path: string, flags: number): number | null {
  try {
    return openSync(path, flags, 0o600)
  } catch {
    return null
  }
}
