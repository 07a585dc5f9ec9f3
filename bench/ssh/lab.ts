import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { sessionCommand } from '../../src/main/daemon/adapters/ssh/command-line.ts'
import { createSshConnection } from '../../src/main/daemon/adapters/ssh/connection.ts'
import type { SshConnection } from '../../src/main/daemon/adapters/ssh/port.ts'
import { Sshd } from '../../test/helpers/sshd.ts'
import { type TemporaryFolder, temporaryFolder } from '../../test/helpers/temporary-folder.ts'

/** A real sshd of this machine, what we have there, and the same by ssh alone. */
export class SshLab implements AsyncDisposable {
  readonly sshd: Sshd
  /** Of our files there. */
  readonly state: string
  private readonly there: TemporaryFolder
  private readonly controls: string
  private readonly children: ChildProcess[] = []
  private made = 0

  private constructor(sshd: Sshd, there: TemporaryFolder) {
    this.sshd = sshd
    this.there = there
    this.state = path.join(there.path, 'procession')
    this.controls = path.join(sshd.folder, 'ctl')
    mkdirSync(this.controls, { mode: 0o700 })
  }

  /** What log-ins write lies in a folder that goes with the lab. */
  static async start(): Promise<SshLab> {
    const there = await temporaryFolder()
    return new SshLab(await Sshd.start({ config: [`SetEnv XDG_STATE_HOME=${there.path}`] }), there)
  }

  /** A connection of ours that was not used yet. */
  connection(): SshConnection {
    const { name, clientConfig } = this.sshd
    return createSshConnection({ name, sshConfig: clientConfig, controlFolder: this.controls })
  }

  /** A connection of ours that is there. */
  async connected(): Promise<SshConnection> {
    const connection = this.connection()
    const ensured = await connection.ensure()
    if (!ensured.ok) throw new Error(ensured.message)
    return connection
  }

  /** Of the only connection of ours. */
  get controlPath(): string {
    const [name] = readdirSync(this.controls)
    if (name === undefined) throw new Error('There is no connection')
    return path.join(this.controls, name)
  }

  /** The command of a shell over our connection, without anything of ours. */
  get shellCommand(): readonly string[] {
    return this.shellCommandOver(this.controlPath)
  }

  shellCommandOver(controlPath: string): readonly string[] {
    const { name, clientConfig } = this.sshd
    return sessionCommand({ name, sshConfig: clientConfig, program: 'ssh' }, controlPath)
  }

  /** A bare `ssh` with these arguments before the name of the host; its output goes to a pipe, or to a file that is open. */
  ssh(options: readonly string[], command: readonly string[] = [], output: number | 'pipe' = 'pipe'): ChildProcess {
    const { name, clientConfig } = this.sshd
    const child = spawn('ssh', ['-F', clientConfig, ...options, name, ...command], {
      stdio: ['ignore', output, 'ignore'],
    })
    this.children.push(child)
    return child
  }

  /** A bare `ssh -M -N`, from its start until `ssh -O check` is content. `close` ends it. */
  async bareMaster(): Promise<{ readonly controlPath: string; readonly close: () => Promise<void> }> {
    this.made += 1
    const controlPath = path.join(this.sshd.folder, `bare-${this.made}`)
    const master = this.ssh(['-o', `ControlPath=${controlPath}`, '-M', '-N'])
    while (!existsSync(controlPath)) await pause(1)
    const [code] = await once(this.ssh(['-o', `ControlPath=${controlPath}`, '-O', 'check']), 'exit')
    if (code !== 0) throw new Error('A bare connection was not made')
    const close = async () => {
      master.kill()
      await once(master, 'exit')
    }
    return { controlPath, close }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL')
    await this.sshd[Symbol.asyncDispose]()
    await this.there[Symbol.asyncDispose]()
  }
}

/** A shell behind pipes with nothing of ours around it: a text that ends with the mark is asked, and answered. */
export class BareShell {
  private readonly child: ChildProcessByStdio<Writable, Readable, null>
  private heard = ''
  private mark = ''
  private answered = (_heard: string): void => {}
  private asks = 0

  constructor([program = '', ...args]: readonly string[]) {
    this.child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true })
    this.child.stdout.on('data', (bytes: Buffer) => {
      this.heard += bytes.toString('latin1')
      if (this.heard.endsWith(this.mark)) this.answered(this.heard)
    })
  }

  /** Runs a text, then says a mark that is new for each. */
  ask(text: string): Promise<string> {
    this.asks += 1
    this.heard = ''
    this.mark = `0123456789abcdef0123456789abcdef${this.asks} 0\n`
    const { promise, resolve } = Promise.withResolvers<string>()
    this.answered = resolve
    this.child.stdin.write(`${text}\necho "\n${this.mark.trimEnd()}"\n`)
    return promise
  }

  close(): void {
    this.child.kill('SIGKILL')
  }
}
