import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'

type ProgramOptions = { readonly cwd: string; readonly env?: Readonly<Record<string, string>> }

/** Programs that nobody supervises, as a person starts them by hand, each in a session of its own. */
export class ForeignPrograms implements AsyncDisposable {
  readonly #children = new Set<ChildProcess>()

  /** Starts a program and answers its pid once it runs. Nothing of the caller's environment is handed on but PATH. */
  async start(argv: readonly string[], { cwd, env = {} }: ProgramOptions): Promise<number> {
    const [command = '', ...rest] = argv
    const child = spawn(command, rest, {
      cwd,
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', ...env },
      stdio: 'ignore',
      detached: true,
    })
    this.#children.add(child)
    await once(child, 'spawn')
    return Number(child.pid)
  }

  /** Ends all of them that run still, each with its group. */
  async end(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const gone = once(child, 'exit')
      process.kill(-Number(child.pid), 'SIGKILL')
      await gone
    }
    this.#children.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end()
  }
}
