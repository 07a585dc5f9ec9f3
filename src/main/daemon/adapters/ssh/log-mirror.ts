import { FileCopy } from './file-copy.ts'
import { blockBytes, type Wanted } from './remote-bytes.ts'

export type LogMirrorOptions = {
  /** More than this is not copied at once: the copy goes on near the end, and leaves a hole. */
  readonly backlogBytes: number
  /** What was not copied, as offsets of both files. */
  readonly onSkipped: (path: string, from: number, to: number) => unknown
}

/** Nearer to the end than the limit, so that a log that grows is not over it again at once. */
const backlogRoom = 0.9

/**
 * Whether these can be the same bytes of one log. A NUL may be a hole on either side: of what was not copied or was
 * dropped here, or of what a launch put before the next run where the log there had been removed.
 */
export const agree = (left: Buffer, right: Buffer): boolean =>
  left.length === right.length && left.every((byte, index) => byte === 0 || right[index] === 0 || byte === right[index])

/** A line longer than this is cut where the copy goes on after a hole. */
const longestSkippedLine = 64 * 1024

/**
 * The copy of one log. It goes on where it ended, however often the link was lost in between, and never copies a byte
 * twice: with what is new comes what was copied last, and must be the same. When it is not, or when there is less than
 * was copied, the log was replaced or cut: then the copy begins again, as a log does here when somebody empties it.
 */
export class LogMirror {
  /** Within the folder of our files on the machine. */
  readonly remotePath: string
  readonly copy: FileCopy
  /** As far as is known. */
  remoteSize = 0
  /** How much from the beginning takes no space there any more. */
  trimmedTo = 0
  /** Somebody else brings what is new: it is not asked for. */
  isStreamed = false
  private readonly options: LogMirrorOptions
  /** The log is another than the one that was copied, or was cut: `restart` must come before anything else. */
  isReplaced = false
  /** Nobody wants the copy any more, and it is not made again. */
  isForgotten = false
  /** Where to go on after a hole; null while there is none to leave. */
  private skipTo: number | null = null

  constructor(remotePath: string, localPath: string, options: LogMirrorOptions) {
    this.remotePath = remotePath
    this.copy = new FileCopy(localPath)
    this.options = options
  }

  /** Whether the copy is as long as the log was when it was last looked at. */
  get isUpToDate(): boolean {
    return this.copy.size >= this.remoteSize && !this.isReplaced
  }

  /** Whether there is something to fetch. */
  get isBehind(): boolean {
    return this.remoteSize > this.copy.size && !this.isStreamed
  }

  /** Takes in how long the log is; `copied` is how much there was of the copy before that was asked. */
  sized(size: number, copied: number): void {
    this.remoteSize = size
    if (size < copied) this.isReplaced = true
  }

  /** Begins the copy again. */
  async restart(): Promise<void> {
    await this.copy.clear()
    this.isReplaced = false
    this.skipTo = null
    this.trimmedTo = 0
  }

  /** What to ask for next, at most `bytes` of it; null when there is nothing. */
  next(bytes: number): Wanted | null {
    const { size } = this.copy
    if (this.isStreamed || this.isReplaced) return null
    if (this.remoteSize - size > this.options.backlogBytes) {
      this.skipTo = this.remoteSize - Math.floor(this.options.backlogBytes * backlogRoom)
    }
    return this.wantedFrom(this.skipTo ?? size, bytes)
  }

  /** The same while something is still to be taken that makes the copy `size` long; null also where a hole comes next. */
  nextAhead(bytes: number, size: number): Wanted | null {
    const leavesHole = this.skipTo !== null || this.remoteSize - size > this.options.backlogBytes
    return leavesHole || this.isStreamed || this.isReplaced ? null : this.wantedFrom(size, bytes)
  }

  private wantedFrom(start: number, bytes: number): Wanted | null {
    if (this.remoteSize <= start) return null
    const from = start - (start % blockBytes) - (start % blockBytes === 0 && start > 0 ? blockBytes : 0)
    const end = Math.min(this.remoteSize, start + bytes)
    return { path: this.remotePath, from, blocks: Math.ceil((end - from) / blockBytes) }
  }

  /** Takes in what came for `wanted`. */
  async take({ from }: Wanted, bytes: Buffer): Promise<void> {
    if (this.isReplaced || this.isForgotten) return
    const { size } = this.copy
    if (this.skipTo !== null) return this.takeBehindHole(from, bytes, { size, to: this.skipTo })
    const known = size - from
    // Less than there was, or what comes before did not come: it was cut in this moment, which the next look sees.
    if (bytes.length <= known || known < 0) return
    if (!(await this.isSame(from, bytes.subarray(0, known)))) {
      this.isReplaced = true
      return
    }
    if (!this.isForgotten) await this.copy.write(size, bytes.subarray(known))
  }

  private async isSame(offset: number, bytes: Buffer): Promise<boolean> {
    return agree(bytes, await this.copy.read(offset, bytes.length))
  }

  /** Begins with a whole line, if there is one. */
  private async takeBehindHole(from: number, bytes: Buffer, hole: { size: number; to: number }): Promise<void> {
    const start = hole.to - from
    if (bytes.length <= start) return
    const newline = bytes.subarray(start - 1, start + longestSkippedLine).indexOf(0x0a)
    const first = newline < 0 || start + newline >= bytes.length ? start : start + newline
    // Before anybody can read on behind the hole.
    await this.options.onSkipped(this.copy.path, hole.size, from + first)
    await this.copy.write(from + first, bytes.subarray(first))
    this.skipTo = null
  }
}
