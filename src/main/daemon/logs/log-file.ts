import { type DroppedRange, keptStart, rangeAt, withRange } from './dropped-ranges.ts'
import { DroppedStore, droppedPathOf } from './dropped-store.ts'
import { reallyDropped } from './hole-check.ts'
import { type FileLook, Pace } from './pace.ts'
import { SharedBlocks } from './shared-blocks.ts'
import { TimeIndex } from './time-index.ts'

/** `index`: keep the time index going. `follow`: the same for a reader that waits for more. `read`: only what is there. */
export type LogUse = 'index' | 'follow' | 'read'

/** Called after each look that found the file grown or begun anew, with the bytes that came. */
export type OnGrowth = (file: LogFile, grownBytes: number) => void

/**
 * One log file: how many bytes it has, since when, and who wants to know. Shared by all who use the same path.
 * Only a file in use for `index` gets its times stored, so that reading leaves no trace in a workspace that another
 * daemon looks after.
 */
export class LogFile {
  readonly path: string
  readonly indexPath: string
  readonly blocks: SharedBlocks
  readonly #now: () => number
  readonly #pace: Pace
  readonly #store: DroppedStore
  readonly #listeners = new Set<() => void>()
  readonly #users: Record<LogUse, number> = { index: 0, follow: 0, read: 0 }
  #onGrowth: OnGrowth | null = null
  #index: TimeIndex
  #end = 0
  #generation = 0
  #revision = 0
  #looked = false

  constructor(path: string, indexPath: string, now: () => number) {
    this.path = path
    this.blocks = new SharedBlocks(path)
    this.indexPath = indexPath
    this.#now = now
    this.#index = new TimeIndex(indexPath, 'read')
    this.#store = new DroppedStore(droppedPathOf(indexPath))
    this.#pace = new Pace(path, (look) => this.#changed(look))
  }

  /** Every byte below has its time. */
  get end(): number {
    return this.#end
  }

  /** Another number means that the file began anew, and offsets from before mean nothing. */
  get generation(): number {
    return this.#generation
  }

  /** Another number means that another file is in the place of the one that was opened. */
  get revision(): number {
    return this.#revision
  }

  /** What is no longer there, in order. Whoever reads in such a range gets NULs. */
  get dropped(): readonly DroppedRange[] {
    return this.#store.ranges
  }

  /** First kept byte: what is before it was dropped by a bound. */
  get start(): number {
    return keptStart(this.#store.ranges)
  }

  /** What the file takes on disk, as it was at the last look. */
  get diskBytes(): number {
    return this.#pace.diskBytes
  }

  /** The file system that the file is on; null while there is none. */
  get device(): number | null {
    return this.#pace.device
  }

  get index(): TimeIndex {
    return this.#index
  }

  /** True while the program that writes it is supervised. */
  get isWritten(): boolean {
    return this.#users.index > 0
  }

  get isUsed(): boolean {
    return this.#users.index + this.#users.follow + this.#users.read > 0
  }

  add(use: LogUse): void {
    this.#users[use] += 1
    const takenOver = use === 'index' && this.#users.index === 1
    if (takenOver) this.#storeTimes()
    this.#applyPace()
    this.look()
    if (takenOver) this.#checkDropped()
    if (this.#looked) return
    this.#looked = true
    this.#forgetForeignRanges()
    this.#dropForeignTimes()
  }

  remove(use: LogUse): void {
    this.#users[use] -= 1
    this.#applyPace()
    // Whoever holds back an unfinished line may stop waiting for its end.
    if (use === 'index') this.#notify()
  }

  /** Brings `end` up to date. */
  look(): void {
    this.#pace.look()
  }

  /** Takes what another daemon may have dropped, where it looks after the file. */
  refreshDropped(): void {
    if (!this.isWritten) this.#store.refresh()
  }

  /** Where the bytes begin that came at `time` or later, or the gap that they were in. */
  offsetAt(time: number): number {
    const at = this.#index.offsetAt(time)
    const range = rangeAt(this.dropped, at)
    return range !== null && range.time < time ? range.end : at
  }

  /** Calls back on growth; null: no more. */
  observe(onGrowth: OnGrowth | null): void {
    this.#onGrowth = onGrowth
  }

  /** Makes room for `drop`, so that it works on a full disk as well. False where there was none. */
  reserveDropped(): Promise<boolean> {
    return this.#store.reserve()
  }

  /**
   * Stores that bytes are no longer there, before they are freed or after they were skipped; readers see a gap from then
   * on. False where it could not be stored: nothing changed.
   */
  async drop(range: Omit<DroppedRange, 'time'>): Promise<boolean> {
    const time = this.#index.timeAt(range.end - 1) ?? this.#now()
    const stored = await this.#store.update((ranges) => withRange(ranges, { ...range, time }))
    if (!stored) return false
    this.#index.forgetBefore(this.start)
    this.#notify()
    return true
  }

  /** False while something about the file is on its way to the disk. */
  get isSettled(): boolean {
    return this.#store.isSettled
  }

  settled(): Promise<void> {
    return this.#store.settled()
  }

  /** A copy with the same bytes at the same places was put in its place, by ourselves. */
  replacedBy(inode: number): void {
    this.#revision += 1
    this.#pace.replacedBy(inode)
  }

  /** Calls back whenever something about the file changed, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#pace.close()
    this.#index.close()
    this.#listeners.clear()
  }

  #storeTimes(): void {
    const known = this.#index.last
    this.#index.close()
    this.#index = new TimeIndex(this.indexPath, 'write')
    this.#index.forgetBefore(this.start)
    if (!this.#looked) return
    this.#dropForeignTimes()
    if (known !== null) this.#index.append(known.offset, known.time)
  }

  /** What was stored as dropped may be there after a crash, or be about a file that was here before. */
  #checkDropped(): void {
    if (this.#store.ranges.length === 0) return
    const real = reallyDropped(this.path, this.#store.ranges)
    if (real.length < this.#store.ranges.length) this.#store.replace(real, true)
  }

  /** What is said of bytes that there are not is about a file that was here before. */
  #forgetForeignRanges(): void {
    const { ranges } = this.#store
    // A host's gap is stored before the file is made longer, so that it may be all that is there.
    const own = ranges.filter(({ start, end, reason }) => (reason === 'bound' ? end : start) <= this.#end)
    if (own.length < ranges.length) this.#store.replace(own, this.isWritten)
  }

  /** An index that knows more bytes than there are belongs to a file that was here before. */
  #dropForeignTimes(): void {
    if ((this.#index.last?.offset ?? 0) > this.#end) this.#index.restart()
  }

  #applyPace(): void {
    this.#pace.setMode(this.#users.follow > 0 ? 'live' : this.#users.index > 0 ? 'steady' : 'off')
  }

  #changed(look: FileLook): void {
    // What came while nobody looked is as old as the last write to the file at least.
    const time = this.#looked ? this.#now() : Math.min(this.#now(), look.mtimeMs)
    if (look.restarted) this.#beginAnew()
    if (look.restarted || look.size < (this.#index.last?.offset ?? 0)) this.#index.restart()
    this.#index.append(look.size, time)
    this.#end = look.size
    this.#notify()
    this.#onGrowth?.(this, look.grownBytes)
  }

  #beginAnew(): void {
    this.#generation += 1
    this.#revision += 1
    this.#store.replace([], this.isWritten)
  }

  #notify(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** The log files that are in use now. */
export class LogFiles {
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number
  readonly #files = new Map<string, LogFile>()

  constructor(now: () => number) {
    this.now = now
  }

  /** Opens or shares a file; give it back with `release` and the same use. */
  acquire(path: string, indexPath: string, use: LogUse): LogFile {
    const file = this.#files.get(path) ?? new LogFile(path, indexPath, this.now)
    this.#files.set(path, file)
    file.add(use)
    return file
  }

  release(file: LogFile, use: LogUse): void {
    file.remove(use)
    if (file.isUsed) return
    if (file.isSettled) this.#close(file)
    // Who opens it meanwhile has to see what is stored now.
    else void file.settled().then(() => this.#close(file))
  }

  #close(file: LogFile): void {
    if (file.isUsed || this.#files.get(file.path) !== file) return
    file.close()
    this.#files.delete(file.path)
  }

  /** Number of open files; none may be left when nobody reads or watches. */
  get count(): number {
    return this.#files.size
  }
}
