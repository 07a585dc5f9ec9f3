import { closeSync, constants, openSync, statSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'

/** Logs may hold secrets that a program prints. */
const fileMode = 0o600

/** Made where it is missing, and never emptied. */
const openFlags = constants.O_RDWR | constants.O_CREAT

/**
 * A file here that is a copy of one elsewhere, byte for byte at the same offsets. Nobody else writes it, so its size says
 * how far the copy has come, also after the daemon was killed.
 */
export class FileCopy {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** Bytes, 0 where there is no file. */
  get size(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0
  }

  /** Writes at this offset. Behind the end it leaves a hole that takes no space. Rejects with what the system says. */
  async write(offset: number, bytes: Buffer): Promise<void> {
    await using file = await this.open()
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offset + done)
      done += bytesWritten
    }
  }

  /**
   * The same without giving way to anybody, which takes a tenth of the time: for a few bytes that somebody waits for.
   * Throws what the system says.
   */
  writeNow(offset: number, bytes: Buffer): void {
    const file = openSync(this.path, openFlags, fileMode)
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(file, bytes, done, bytes.length - done, offset + done)
      }
    } finally {
      closeSync(file)
    }
  }

  /** Up to `length` bytes from this offset on. */
  async read(offset: number, length: number): Promise<Buffer> {
    await using file = await this.open()
    const bytes = Buffer.alloc(length)
    const { bytesRead } = await file.read(bytes, 0, length, offset)
    return bytes.subarray(0, bytesRead)
  }

  /** Begins again with nothing. */
  async clear(): Promise<void> {
    await using file = await this.open()
    await file.truncate(0)
  }

  private open() {
    return open(this.path, openFlags, fileMode)
  }
}
