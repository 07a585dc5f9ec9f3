import type { FileHandle } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

/** How often a write that failed (a full disk) is tried again. */
const retryMs = 1000

/** What may wait to be written before the terminal is no longer read. A few of the kernel's buffers. */
const mostWaiting = 256 * 1024

export type LogWriterEvents = {
  /** More has been written. */
  onWritten(): void
  /** From now on, or no longer, nothing more should come. */
  onFull(isFull: boolean): void
  /** A write failed for the first time since one succeeded. */
  onProblem(error: unknown): void
}

/** Appends to a log in order and loses nothing: while the disk is slow or full, it says that it is full. */
export class LogWriter {
  private readonly file: FileHandle
  private readonly events: LogWriterEvents
  private waiting: Buffer[] = []
  private waitingBytes = 0
  private writing: Promise<void> | null = null
  private isFull = false
  private hasFailed = false
  private isGivenUp = false

  constructor(file: FileHandle, events: LogWriterEvents) {
    this.file = file
    this.events = events
  }

  append(bytes: Buffer): void {
    this.waiting.push(bytes)
    this.waitingBytes += bytes.length
    this.writing ??= this.writeAll().finally(() => {
      this.writing = null
    })
    this.say()
  }

  /** Resolves when everything is written, or was given up. */
  async flushed(): Promise<void> {
    await this.writing
  }

  /** What cannot be written now never will be. */
  giveUp(): void {
    this.isGivenUp = true
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const bytes = Buffer.concat(this.waiting)
      this.waiting = []
      await this.write(bytes)
      this.waitingBytes -= bytes.length
      this.say()
    }
  }

  private async write(bytes: Buffer): Promise<void> {
    let written = 0
    while (written < bytes.length) {
      try {
        written += (await this.file.write(bytes, written)).bytesWritten
        this.hasFailed = false
        this.events.onWritten()
      } catch (error) {
        if (!this.hasFailed) this.events.onProblem(error)
        this.hasFailed = true
        if (this.isGivenUp) return
        await pause(retryMs, undefined, { ref: false })
      }
    }
  }

  private say(): void {
    const isFull = this.waitingBytes > mostWaiting
    if (isFull === this.isFull) return
    this.isFull = isFull
    this.events.onFull(isFull)
  }
}
