import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LogFile } from './log-file.ts'

/** A time in which logs on one file system could not grow; `to` is null while it lasts. ms since 1970 UTC. */
export type FullInterval = { readonly folder: string; readonly from: number; readonly to: number | null }

/** Less free space than this is little, or a hundredth of the file system where that is less. */
const lowBytes = 268_435_456
const lowShare = 0.01
/** What fills the disk may be somebody else: looked at this often without growth of ours. */
const lookMs = 5000
const fullLookMs = 1000
/** Smallest growth between two looks: near the limit each step of a flood is one. */
const smallestAllowance = 65_536
/** Less than a block of most file systems. */
const fullBelowBytes = 4096
/** More interruptions than a person reads; the oldest are forgotten. */
const keptIntervals = 100

type Space = { readonly freeBytes: number; readonly lowBytes: number }
type Device = { readonly folder: string; readonly files: Set<LogFile>; allowance: number; full: FullInterval | null }

export type DiskSpaceListener = {
  /** So many bytes are missing from what should be free. */
  readonly onLow: (files: ReadonlySet<LogFile>, missingBytes: number) => void
  /** Called when the disk is found full, and again when there is space. */
  readonly onFull: (files: ReadonlySet<LogFile>, interval: FullInterval) => void
}

/**
 * Looks after the free space where logs grow. Growth is counted against what was free at the last look, so that a flood
 * is noticed in time without asking at each step.
 */
export class DiskSpace {
  readonly #now: () => number
  readonly #listener: DiskSpaceListener
  readonly #devices = new Map<number, Device>()
  readonly #ended: FullInterval[] = []
  #timer: NodeJS.Timeout | null = null

  constructor(now: () => number, listener: DiskSpaceListener) {
    this.#now = now
    this.#listener = listener
  }

  /** Oldest first; those that last still are at the end. */
  get fullIntervals(): FullInterval[] {
    const now = [...this.#devices.values()].map((device) => device.full).filter((interval) => interval !== null)
    return [...this.#ended, ...now]
  }

  /** A file of ours grew. */
  grew(file: LogFile, bytes: number): void {
    const device = this.#deviceOf(file)
    if (device === null) return
    device.allowance -= bytes
    if (device.allowance <= 0 || (file.index.isDiskFull && device.full === null)) this.#look(device)
  }

  remove(file: LogFile): void {
    for (const [number, device] of this.#devices) {
      device.files.delete(file)
      if (device.files.size > 0) continue
      this.#end(device)
      this.#devices.delete(number)
    }
    if (this.#devices.size === 0) this.close()
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #deviceOf(file: LogFile): Device | null {
    if (file.device === null) return null
    const known = this.#devices.get(file.device)
    const device = known ?? { folder: dirname(file.path), files: new Set(), allowance: 0, full: null }
    device.files.add(file)
    if (known === undefined) this.#devices.set(file.device, device)
    if (this.#timer === null) this.#later()
    return device
  }

  #later(): void {
    const isFull = [...this.#devices.values()].some((device) => device.full !== null)
    this.#timer = setTimeout(
      () => {
        for (const device of this.#devices.values()) this.#look(device)
        this.#later()
      },
      isFull ? fullLookMs : lookMs,
    )
    this.#timer.unref()
  }

  #look(device: Device): void {
    const space = spaceOf(device.folder)
    for (const file of device.files) file.index.retry()
    const isFull =
      (space !== null && space.freeBytes < fullBelowBytes) || [...device.files].some((file) => file.index.isDiskFull)
    if (isFull) this.#begin(device)
    else this.#end(device)
    if (space === null) {
      device.allowance = lowBytes
      return
    }
    device.allowance = Math.max(smallestAllowance, (space.freeBytes - space.lowBytes) / 2)
    if (space.freeBytes < space.lowBytes) this.#listener.onLow(device.files, 2 * space.lowBytes - space.freeBytes)
  }

  #begin(device: Device): void {
    if (device.full !== null) return
    device.full = { folder: device.folder, from: this.#now(), to: null }
    this.#listener.onFull(device.files, device.full)
    this.close()
    this.#later()
  }

  #end(device: Device): void {
    if (device.full === null) return
    const interval = { ...device.full, to: this.#now() }
    device.full = null
    this.#ended.push(interval)
    if (this.#ended.length > keptIntervals) this.#ended.shift()
    this.#listener.onFull(device.files, interval)
  }
}

/** statfs(2); null where the file system does not tell, as some do that are not on a disk. */
function spaceOf(folder: string): Space | null {
  try {
    const { bsize, blocks, bfree, bavail } = statfsSync(folder)
    if (blocks === 0) return null
    // What is set aside for root is free for root alone.
    const free = process.getuid?.() === 0 ? bfree : bavail
    return { freeBytes: free * bsize, lowBytes: Math.min(lowBytes, blocks * bsize * lowShare) }
  } catch {
    return null
  }
}
