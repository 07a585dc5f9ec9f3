import { writeSync } from 'node:fs'

/** How soon is tried again to hand over what the program has not read: a person does not notice it. */
const retryMs = 10

/** A large paste. A program that leaves more than this unread does not read at all. */
const mostUnread = 1024 * 1024

/** Hands what is typed to a terminal in order, without ever waiting for its program to read. */
export class TypedInput {
  private readonly descriptor: number
  private readonly isOpen: () => boolean
  private unread: Buffer = Buffer.alloc(0)
  private timer: NodeJS.Timeout | null = null

  /** `descriptor` must not block, and is not used any more once it is not open. */
  constructor(descriptor: number, isOpen: () => boolean) {
    this.descriptor = descriptor
    this.isOpen = isOpen
  }

  /** False when too much is unread already; then nothing of it is taken. */
  write(data: string): boolean {
    const bytes = Buffer.from(data)
    if (this.unread.length + bytes.length > mostUnread) return false
    this.unread = Buffer.concat([this.unread, bytes])
    if (this.timer === null) this.handOver()
    return true
  }

  private handOver(): void {
    this.timer = null
    if (!this.isOpen()) return
    try {
      while (this.unread.length > 0) this.unread = this.unread.subarray(writeSync(this.descriptor, this.unread))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') {
        this.timer = setTimeout(() => this.handOver(), retryMs)
      } else {
        // EIO: everybody in the terminal has gone, and its end is seen by reading.
        this.unread = Buffer.alloc(0)
      }
    }
  }
}
