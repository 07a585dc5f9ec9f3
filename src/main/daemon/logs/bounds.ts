import type { LogInfo } from '../../../shared/contract/contract.ts'
import { assertNever } from '../../../shared/domain/result.ts'
import { copyKept } from './copy-kept.ts'
import { DiskSpace, type FullInterval } from './disk-space.ts'
import { type DropOutcome, dropStart, minKeptBytes } from './drop-start.ts'
import type { LogFile, LogFiles } from './log-file.ts'
import { HolePuncher } from './punch.ts'

/** What the logs of one process (both files together) and all watched ones may take on disk; null: no limit. */
export type LogLimits = { readonly perProcessBytes: number | null; readonly totalBytes: number | null }

export type LogNotice =
  /** The oldest lines of the process with this id cannot go while it runs, but go at its next start. */
  | { readonly kind: 'next-start'; readonly id: string }
  /** Logs of these processes could not grow; told once when that is found (`to` null), and when there is space again. */
  | ({ readonly kind: 'disk-full'; readonly ids: readonly string[] } & FullInterval)

export type LogBoundsOptions = {
  readonly now: () => number
  readonly limits: () => LogLimits
  readonly onNotice: (notice: LogNotice) => void
  /** Another program in the place of `fallocate` (util-linux). */
  readonly fallocate?: string | undefined
}

/** Less is not worth starting a program for. */
const minStepBytes = 4_194_304
/** How much of a limit goes at once: little, so that much is kept. */
const stepShare = 0.125
/** The same in a flood, where each step costs 3 ms of a processor, and the next one would come in less than this. */
const floodStepShare = 0.5
const floodMs = 1000
/** Room for the stored ranges is made when a log is so large that it may have to lose its start soon. */
const reservedFromBytes = minStepBytes
/** Space is short because of our logs where a quarter of them makes up for it. Else somebody else fills the disk. */
const shortageShare = 0.25

type Owner = {
  readonly id: string
  readonly files: readonly LogFile[]
  /** Start of the files that cannot be freed: nothing is tried until the next start. */
  isUnable: boolean
  isBusy: boolean
  /** When something was dropped last, by the monotonic clock. */
  droppedAt: number
  /** After an attempt that failed: so much growth before the next one. */
  restBytes: number
}

/**
 * Keeps the logs of watched processes within their limits by dropping their oldest lines: per process, in total, and
 * where the disk gets full because of them. Works from the looks at growing files that are made anyway.
 */
export class LogBounds {
  readonly #files: LogFiles
  readonly #options: LogBoundsOptions
  readonly #puncher: HolePuncher
  readonly #space: DiskSpace
  readonly #owners = new Map<string, Owner>()
  readonly #counted = new Map<LogFile, number>()
  readonly #reserved = new Set<LogFile>()
  readonly #working = new Set<Promise<unknown>>()
  #totalBytes = 0
  /** Whose logs are dropped for the total, or for space; one at a time. */
  #forAll: Owner | null = null

  constructor(files: LogFiles, options: LogBoundsOptions) {
    this.#files = files
    this.#options = options
    this.#puncher = new HolePuncher(options.fallocate)
    this.#space = new DiskSpace(options.now, {
      onLow: (files, missingBytes) => this.#makeSpace(files, missingBytes),
      onFull: (files, interval) => options.onNotice({ kind: 'disk-full', ids: this.#idsOf(files), ...interval }),
    })
  }

  get fullIntervals(): readonly FullInterval[] {
    return this.#space.fullIntervals
  }

  /** Looks after the files of a process from now on, in the place of those that it had before. */
  watch(id: string, files: readonly LogFile[]): void {
    this.unwatch(id)
    const owner: Owner = {
      id,
      files,
      isUnable: false,
      isBusy: false,
      droppedAt: Number.NEGATIVE_INFINITY,
      restBytes: 0,
    }
    this.#owners.set(id, owner)
    for (const file of files) {
      file.observe((_, grownBytes) => this.#grew(owner, file, grownBytes))
      this.#grew(owner, file, 0)
    }
  }

  unwatch(id: string): void {
    for (const file of this.#owners.get(id)?.files ?? []) {
      file.observe(null)
      this.#space.remove(file)
      this.#totalBytes -= this.#counted.get(file) ?? 0
      this.#counted.delete(file)
      this.#reserved.delete(file)
    }
    this.#owners.delete(id)
  }

  /** Brings the logs of a process that nobody writes within its limit, also where that needs a copy of what is kept. */
  async trim(files: readonly LogFile[]): Promise<void> {
    const { perProcessBytes } = this.#options.limits()
    if (perProcessBytes === null) return
    // Each turn drops from the larger one; two for each file are more than it takes.
    for (let turn = 0; turn < 2 * files.length && diskBytesOf(files) > perProcessBytes; turn += 1) {
      const outcome = await this.#drop(files, excessOf(diskBytesOf(files), perProcessBytes, stepShare), (file, bytes) =>
        dropOrCopy(file, bytes, this.#puncher),
      )
      if (outcome !== 'dropped') return
    }
  }

  /** Whether the limit of the logs on these file systems applies while they are written, as far as is known. */
  boundedOn(devices: readonly number[]): LogInfo['bounded'] {
    return devices.some((device) => this.#puncher.isUnable(device)) ? 'next-start' : 'now'
  }

  close(): void {
    for (const id of [...this.#owners.keys()]) this.unwatch(id)
    this.#space.close()
    // A step that has begun frees what it has stored as dropped.
    void Promise.allSettled(this.#working).then(() => this.#puncher.close())
  }

  #grew(owner: Owner, file: LogFile, grownBytes: number): void {
    this.#count(file)
    this.#space.grew(file, grownBytes)
    if (file.diskBytes >= reservedFromBytes && !this.#reserved.has(file)) {
      this.#reserved.add(file)
      void file.reserveDropped()
    }
    owner.restBytes -= grownBytes
    this.#check(owner)
  }

  #check(owner: Owner): void {
    const { perProcessBytes, totalBytes } = this.#options.limits()
    const ownBytes = diskBytesOf(owner.files)
    if (perProcessBytes !== null && ownBytes > perProcessBytes) {
      if (mayShrink(owner)) void this.#shrink(owner, excessOf(ownBytes, perProcessBytes, stepShareOf(owner)))
    } else if (totalBytes !== null && this.#totalBytes > totalBytes && this.#forAll === null) {
      this.#shrinkLargest(this.#owners.values(), excessOf(this.#totalBytes, totalBytes, stepShare))
    }
  }

  #count(file: LogFile): void {
    this.#totalBytes += file.diskBytes - (this.#counted.get(file) ?? 0)
    this.#counted.set(file, file.diskBytes)
  }

  #makeSpace(files: ReadonlySet<LogFile>, missingBytes: number): void {
    const ours = diskBytesOf([...files])
    if (this.#forAll !== null || missingBytes > ours * shortageShare) return
    const owners = [...this.#owners.values()].filter((owner) => owner.files.some((file) => files.has(file)))
    this.#shrinkLargest(owners, missingBytes)
  }

  #shrinkLargest(owners: Iterable<Owner>, bytes: number): void {
    const [largest] = [...owners]
      .filter(mayShrink)
      .sort((left, right) => diskBytesOf(right.files) - diskBytesOf(left.files))
    if (largest === undefined) return
    this.#forAll = largest
    void this.#shrink(largest, bytes)
  }

  async #shrink(owner: Owner, bytes: number): Promise<void> {
    owner.isBusy = true
    const work = this.#drop(owner.files, bytes, (file, dropped) => dropStart(file, dropped, this.#puncher))
    this.#working.add(work)
    const outcome = await work
    this.#working.delete(work)
    owner.isBusy = false
    if (this.#forAll === owner) this.#forAll = null
    if (this.#owners.get(owner.id) !== owner) return
    for (const file of owner.files) this.#count(file)
    switch (outcome) {
      case 'dropped':
        owner.droppedAt = performance.now()
        // What came meanwhile may be too much again.
        this.#check(owner)
        break
      case 'failed':
        owner.restBytes = minStepBytes
        break
      case 'unable':
        owner.isUnable = true
        this.#options.onNotice({ kind: 'next-start', id: owner.id })
        break
      default:
        assertNever(outcome)
    }
  }

  /** Drops from the larger file at least a step. `failed` where less than that is there beside what always stays. */
  async #drop(
    files: readonly LogFile[],
    bytes: number,
    drop: (file: LogFile, bytes: number) => Promise<DropOutcome>,
  ): Promise<DropOutcome> {
    const [largest] = [...files].sort((left, right) => right.diskBytes - left.diskBytes)
    if (largest === undefined || largest.diskBytes < minStepBytes + minKeptBytes) return 'failed'
    // Held as long as it takes, also where its process ends meanwhile.
    const file = this.#files.acquire(largest.path, largest.indexPath, 'read')
    try {
      return await drop(file, Math.max(minStepBytes, Math.ceil(bytes)))
    } finally {
      this.#files.release(file, 'read')
    }
  }

  #idsOf(files: ReadonlySet<LogFile>): string[] {
    return [...this.#owners.values()].filter((owner) => owner.files.some((file) => files.has(file))).map(({ id }) => id)
  }
}

async function dropOrCopy(file: LogFile, bytes: number, puncher: HolePuncher): Promise<DropOutcome> {
  const outcome = await dropStart(file, bytes, puncher)
  return outcome === 'unable' ? copyKept(file, bytes) : outcome
}

const mayShrink = (owner: Owner): boolean => !owner.isBusy && !owner.isUnable && owner.restBytes <= 0

const diskBytesOf = (files: readonly LogFile[]): number => files.reduce((sum, { diskBytes }) => sum + diskBytes, 0)

const stepShareOf = ({ droppedAt }: Owner): number =>
  performance.now() - droppedAt < floodMs ? floodStepShare : stepShare

/** What has to go so that a share of the limit is free. */
const excessOf = (bytes: number, limit: number, share: number): number => bytes - limit + limit * share
