import { createTerminals } from '../../src/main/daemon/adapters/terminal/index.ts'
import type { TerminalSize, Terminals } from '../../src/main/daemon/host/terminal-port.ts'
import type { DaemonLab } from './daemon-lab.ts'
import { ExecLab, type LabRun, type RunChanges, type ShellName } from './exec-lab.ts'
import { until } from './until.ts'

/** Terminals without a daemon, with programs in them. Disposing of it ends both. */
export class TerminalLab implements AsyncDisposable {
  readonly exec: ExecLab
  readonly terminals: Terminals
  readonly problems: unknown[] = []

  private constructor(exec: ExecLab) {
    this.exec = exec
    this.terminals = createTerminals({ onProblem: (_, error) => this.problems.push(error) })
  }

  static async create(shell?: ShellName): Promise<TerminalLab> {
    return new TerminalLab(await ExecLab.create(shell))
  }

  /** Starts a program in a terminal. */
  async start(argv: readonly string[], changes: RunChanges = {}): Promise<LabRun> {
    const { spec, mark, files } = this.exec.prepare(argv, changes)
    const terminal = await this.terminals.open(mark.processId, files.out)
    if (!terminal.ok) throw new Error(`${terminal.message} ${terminal.hint}`)
    try {
      return await this.exec.start(argv, {
        ...changes,
        env: spec.env,
        mark,
        files,
        terminal: terminal.value.descriptor,
      })
    } finally {
      terminal.value.release()
    }
  }

  type(run: LabRun, data: string): void {
    const typed = this.terminals.write(run.mark.processId, data)
    if (!typed.ok) throw new Error(typed.message)
  }

  /** Looks at the terminal of a run until it is closed. */
  look(run: LabRun, size: TerminalSize = { cols: 80, rows: 24 }): Screen {
    return new Screen(async (onPart, signal) => {
      const output = this.terminals.output(run.mark.processId, size, signal)
      if (!output.ok) throw new Error(output.message)
      for await (const part of output.value) onPart(part)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminals.close()
    await this.exec[Symbol.asyncDispose]()
  }
}

/** Calls back with every part of what a terminal shows, until it ends or `signal` aborts. */
type Look = (onPart: (part: Uint8Array) => void, signal: AbortSignal) => Promise<unknown>

/** All that a terminal has shown to one onlooker. */
export class Screen implements AsyncDisposable {
  /** Resolves at the end of what is shown. */
  readonly ended: Promise<unknown>
  private bytes = Buffer.alloc(0)
  private readonly stop = new AbortController()

  constructor(look: Look) {
    this.ended = look((part) => {
      this.bytes = Buffer.concat([this.bytes, part])
    }, this.stop.signal)
  }

  get text(): string {
    return this.bytes.toString('utf8')
  }

  get length(): number {
    return this.bytes.length
  }

  async shows(text: string | RegExp): Promise<void> {
    const isThere = () => (typeof text === 'string' ? this.text.includes(text) : text.test(this.text))
    try {
      await until(isThere, { what: `${text} on the screen` })
    } catch (error) {
      throw new Error(`Not shown: ${text}\nThe screen:\n${this.text.slice(-2000)}`, { cause: error })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop.abort()
    await this.ended
  }
}

/** Looks at the terminal of a process over the protocol, as every face does. */
export const lookOver = (lab: DaemonLab, ref: string, size: TerminalSize = { cols: 80, rows: 24 }): Screen =>
  new Screen(async (onPart, signal) => {
    const input = { target: lab.target(ref), ...size }
    const ended = await lab.client.bytes('terminal.output', input, { signal, onPart, advance: (same) => same })
    if (!ended.ok && !signal.aborted && ended.code !== 'disconnected') throw new Error(ended.message)
  })
