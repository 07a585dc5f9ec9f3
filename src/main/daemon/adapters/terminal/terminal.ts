import { closeSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { ReadStream } from 'node:tty'
import type { NewTerminal, TerminalSize } from '../../host/terminal-port.ts'
import { LogWriter } from './log-writer.ts'
import { PrivateModes } from './private-modes.ts'
import type { PtyModule } from './pty-module.ts'
import { TypedInput } from './typed-input.ts'

/** What every terminal has before somebody looks at it. */
const firstSize: TerminalSize = { cols: 80, rows: 24 }

/** Between the two sizes by which a full-screen program is made to draw itself anew; some look only at the last of many. */
const nudgeMs = 60

/** How long the last output may take to reach the disk when the daemon ends; a disk may hang. */
const lastWriteMs = 1000

/** The terminal of one run. It is read as long as anybody has it open, so that no program in it ever waits for us. */
export class Terminal {
  /** Reads what it showed; writing appends. */
  readonly log: FileHandle
  /** Where in the log this run begins. */
  readonly begin: number
  readonly modes = new PrivateModes()
  private readonly module: PtyModule
  private slave: number | null
  private readonly master: number
  private readonly screen: ReadStream
  private readonly writer: LogWriter
  private readonly typed: TypedInput
  private readonly wakers = new Set<() => void>()
  private readonly closed: Promise<unknown>
  private size = firstSize
  private readers = 0
  private isDone = false

  /** Takes over `log`, which must be open for appending and reading. */
  constructor(module: PtyModule, log: FileHandle, begin: number, onProblem: (error: unknown) => void) {
    this.module = module
    this.log = log
    this.begin = begin
    const { master, slave } = module.open(firstSize.cols, firstSize.rows)
    this.master = master
    this.slave = slave
    this.screen = new ReadStream(master)
    this.typed = new TypedInput(master, () => this.isAlive)
    this.writer = new LogWriter(log, {
      onWritten: () => this.wake(),
      onFull: (isFull) => (isFull ? this.screen.pause() : this.screen.resume()),
      onProblem,
    })
    this.screen.on('data', (bytes: Buffer) => {
      this.modes.take(bytes)
      this.writer.append(bytes)
    })
    // EIO: the last program in it has gone (pty(7)).
    this.screen.on('error', () => this.screen.destroy())
    this.closed = new Promise((resolve) => this.screen.once('close', resolve)).then(() => this.end())
  }

  /** For the program that is about to be started. */
  get start(): NewTerminal {
    const { slave } = this
    if (slave === null) throw new Error('A terminal is given to one program')
    this.slave = null
    return { descriptor: slave, release: () => closeSync(slave) }
  }

  /** False once nobody is in it any more. */
  get isAlive(): boolean {
    return !this.screen.destroyed
  }

  /** True when it has ended and everything that it showed is in the log. */
  get isOver(): boolean {
    return this.isDone
  }

  write(data: string): boolean {
    return this.typed.write(data)
  }

  resize(size: TerminalSize): void {
    if (!this.isAlive || (size.cols === this.size.cols && size.rows === this.size.rows)) return
    this.size = size
    this.module.resize(this.master, size.cols, size.rows)
  }

  /** Gives it the size of a new onlooker, for whom a full-screen program draws itself anew. */
  async show(size: TerminalSize): Promise<void> {
    const isSame = size.cols === this.size.cols && size.rows === this.size.rows
    if (!isSame || !this.modes.isFullScreen) return this.resize(size)
    this.resize({ ...size, rows: size.rows === 1 ? 2 : size.rows - 1 })
    const nudged = this.size
    await pause(nudgeMs)
    // Unless somebody has given it another size meanwhile.
    if (this.size === nudged) this.resize(size)
  }

  /** Resolves when there is more in the log, when it is over, and when `signal` aborts. */
  grown(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.wakers.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.wakers.add(wake)
      signal.addEventListener('abort', wake, { once: true })
      if (signal.aborted || this.isDone) wake()
    })
  }

  /** The log stays open while it is read. False when that is too late. */
  enter(): boolean {
    if (this.isDone && this.readers === 0) return false
    this.readers++
    return true
  }

  async leave(): Promise<void> {
    this.readers--
    await this.closeLog()
  }

  /** Hangs up: the program gets SIGHUP. */
  async close(): Promise<void> {
    this.screen.pause()
    this.writer.giveUp()
    this.screen.destroy()
    await Promise.race([this.closed, pause(lastWriteMs, undefined, { ref: false })])
  }

  private async end(): Promise<void> {
    await this.writer.flushed()
    this.isDone = true
    this.wake()
    await this.closeLog()
  }

  private async closeLog(): Promise<void> {
    if (this.isDone && this.readers === 0) await this.log.close()
  }

  private wake(): void {
    for (const wake of [...this.wakers]) wake()
  }
}
