import { type FileLook, Pace } from './pace.ts'
import { TimeIndex } from './time-index.ts'

/** `index`: keep the time index going. `follow`: the same for a reader that waits for more. `read`: only what is there. */
export type LogUse = 'index' | 'follow' | 'read'

/**
 * One log file: how many bytes it has, since when, and who wants to know. Shared by all who use the same path.
 * Only a file in use for `index` gets its times stored, so that reading leaves no trace in a workspace that another
 * daemon looks after.
 */
export class LogFile {
  readonly path: string
  readonly #indexPath: string
  readonly #now: () => number
  readonly #pace: Pace
  readonly #listeners = new Set<() => void>()
  readonly #users: Record<LogUse, number> = { index: 0, follow: 0, read: 0 }
  #index: TimeIndex
  #end = 0
  #generation = 0
  #looked = false

  constructor(path: string, indexPath: string, now: () => number) {
    this.path = path
    this.#indexPath = indexPath
    this.#now = now
    this.#index = new TimeIndex(indexPath, 'read')
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
    if (use === 'index' && this.#users.index === 1) this.#storeTimes()
    this.#applyPace()
    this.look()
    if (this.#looked) return
    this.#looked = true
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
    this.#index = new TimeIndex(this.#indexPath, 'write')
    if (!this.#looked) return
    this.#dropForeignTimes()
    if (known !== null) this.#index.append(known.offset, known.time)
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
    if (look.restarted) this.#generation += 1
    if (look.restarted || look.size < (this.#index.last?.offset ?? 0)) this.#index.restart()
    this.#index.append(look.size, time)
    this.#end = look.size
    this.#notify()
  }

  #notify(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** The log files that are in use now. */
export class LogFiles {
  readonly #now: () => number
  readonly #files = new Map<string, LogFile>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Opens or shares a file; give it back with `release` and the same use. */
  acquire(path: string, indexPath: string, use: LogUse): LogFile {
    const file = this.#files.get(path) ?? new LogFile(path, indexPath, this.#now)
    this.#files.set(path, file)
    file.add(use)
    return file
  }

  release(file: LogFile, use: LogUse): void {
    file.remove(use)
    if (file.isUsed) return
    file.close()
    this.#files.delete(file.path)
  }

  /** Number of open files; none may be left when nobody reads or watches. */
  get count(): number {
    return this.#files.size
  }
}
