import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeEach } from 'vitest'
import type { InputOf, OutputOf } from '../../src/shared/contract/contract.ts'
import type { HostRow, HostStateKind } from '../../src/shared/domain/host.ts'
import type { ProcessRow } from '../../src/shared/domain/rows.ts'
import { DaemonLab, isRunning, ourNode } from './daemon-lab.ts'
import { builtCli, type CliRun, type LiveCli, liveChild } from './home.ts'
import { LabSession } from './lab-session.ts'
import { requireSshd, Sshd, type SshdOptions } from './sshd.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

/** A host that was lost is tried at once, then after 1, 2, 4 s: with the slack of a loaded machine. */
const reconnectedMs = 45_000

/**
 * A real daemon, and a machine behind a real sshd, which is this one: what runs there has pids of ours. Its files there
 * lie in `state`. When it is disposed of nothing is left, or the test fails.
 */
export class HostLab implements AsyncDisposable {
  readonly lab: DaemonLab
  readonly sshd: Sshd
  /** The folder of the daemon's files on the host. */
  readonly state: string
  readonly #folder: TemporaryFolder
  readonly #commands: LiveCli[] = []
  #sessions = 0

  private constructor(lab: DaemonLab, sshd: Sshd, folder: TemporaryFolder) {
    this.lab = lab
    this.sshd = sshd
    this.#folder = folder
    this.state = path.join(folder.path, 'procession')
  }

  /**
   * With the host in config.yaml, not contacted yet. `variables` are set for all log-ins. Home there is `home`, unless it
   * is that of a user of the test's own.
   */
  static async start(options: SshdOptions & { readonly variables?: Readonly<Record<string, string>> } = {}) {
    const folder = await temporaryFolder()
    const variables = {
      XDG_STATE_HOME: folder.path,
      ...(options.user === undefined ? { HOME: folder.path } : {}),
      ...options.variables,
    }
    const setEnv = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
    const config = [...(options.config ?? []), `SetEnv ${setEnv.join(' ')}`]
    if (options.user !== undefined) execFileSync('chown', [options.user, folder.path])
    const sshd = await Sshd.start({ ...options, config })
    const made = new HostLab(await DaemonLab.start(), sshd, folder)
    await made.lab.ask('hosts.add', { name: sshd.name, sshConfig: sshd.clientConfig })
    return made
  }

  get home(): string {
    return this.#folder.path
  }

  get host(): string {
    return this.sshd.name
  }

  /** A session of its own, so that tests do not see each other's processes. */
  session(): Promise<LabSession> {
    this.#sessions += 1
    return LabSession.create(this.lab, `session-${this.#sessions}`)
  }

  /** Starts a shell script there; see `LabSession.start`. */
  run(session: LabSession, alias: string, script: string, more: Partial<InputOf<'process.start'>> = {}) {
    return session.start(alias, script, { host: this.host, ...more })
  }

  test(): Promise<OutputOf<'hosts.test'>> {
    return this.lab.ask('hosts.test', { name: this.host })
  }

  async row(): Promise<HostRow> {
    const row = (await this.lab.ask('hosts.list', {})).find(({ name }) => name === this.host)
    if (row === undefined) throw new Error(`${this.host} is not listed`)
    return row
  }

  untilState(...kinds: readonly HostStateKind[]): Promise<HostRow> {
    return until(
      async () => {
        const row = await this.row()
        return kinds.includes(row.state.kind) ? row : null
      },
      { what: `${this.host} to be ${kinds.join(' or ')}`, timeoutMs: reconnectedMs },
    )
  }

  /** Waits for a row; longer than a session does, since the host may have to be connected to again first. */
  async untilRow(session: LabSession, ref: string, condition: (row: ProcessRow) => boolean): Promise<ProcessRow> {
    const isAsExpected = async () => {
      const row = await session.row(ref)
      if (condition(row)) return row
      throw new Error(`It is ${JSON.stringify(row.life)}`)
    }
    return until(isAsExpected, { what: `${ref} to be as expected`, timeoutMs: reconnectedMs })
  }

  /** Runs `procession` in the workspace of a session; ends it with the test if it has not ended. */
  command(session: LabSession, args: readonly string[], env: Readonly<Record<string, string>> = {}): LiveCli {
    const child = spawn(ourNode(), [builtCli, ...args], {
      cwd: session.workspace,
      env: {
        PATH: process.env.PATH ?? '/usr/bin:/bin',
        LANG: 'C.UTF-8',
        PROCESSION_HOME: this.lab.places.home,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const command = liveChild(child)
    this.#commands.push(command)
    return command
  }

  cli(session: LabSession, ...args: readonly string[]): Promise<CliRun> {
    return this.command(session, args).ended
  }

  /** What of the output of a process is here so far. */
  output(session: LabSession, { name }: ProcessRow, stream: 'out' | 'err' = 'out'): string {
    return readIfThere(path.join(session.workspace, stream, `${name}.out`))
  }

  /** Waits until the output that is here is exactly this. */
  untilOutput(session: LabSession, row: ProcessRow, text: string): Promise<boolean> {
    return until(() => this.output(session, row) === text, { what: `the output ${JSON.stringify(text)}` })
  }

  /** A folder there, in the home. */
  folder(name: string): string {
    const folder = path.join(this.home, name)
    mkdirSync(folder, { recursive: true })
    return folder
  }

  /** Pids of all programs that a log-in there has started, and what these started. */
  get programs(): number[] {
    const mark = `XDG_STATE_HOME=${this.home}\0`
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => readIfThere(`/proc/${pid}/environ`).includes(mark))
      .map(Number)
      .filter(isRunning)
  }

  /** Starts what does not run, and connects. */
  async connect(): Promise<void> {
    if (!isRunning(this.lab.daemonPid)) await this.lab.startDaemon()
    if ((await this.test()).ok) return
    await this.sshd.restart()
    this.sshd.trust()
    await this.test()
  }

  /** Whatever a test did to the machine: what runs there can be ended only over a connection. */
  async #comeBack(): Promise<void> {
    await this.connect()
    const isKnown = async () => {
      const { processes } = await this.lab.ask('rows.list', {})
      return processes.every(({ life }) => life.kind !== 'unknown')
    }
    await until(isKnown, { what: 'everything to be known', timeoutMs: reconnectedMs })
  }

  /** Whatever is left runs no further, and fails the test. */
  async #endLeftovers(): Promise<void> {
    // Whoever watches over a tree that stands still looks once a second whether it is over.
    await until(() => this.programs.length === 0, { what: 'the last programs' }).catch(() => undefined)
    const left = this.programs.map((pid) => `${pid} ${readIfThere(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`)
    for (const pid of this.programs) process.kill(pid, 'SIGKILL')
    if (left.length > 0) throw new Error(`These were left behind: ${left.join('; ')}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // From the last to the first, whichever of them fails.
    await using all = new AsyncDisposableStack()
    all.use(this.#folder)
    all.defer(() => this.#endLeftovers())
    all.use(this.sshd)
    all.use(this.lab)
    all.defer(() => this.#comeBack())
    for (const command of this.#commands) command.kill('SIGKILL')
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** One for all tests of a file, made with the first of them. */
export function sharedHostLab(options: Parameters<typeof HostLab.start>[0] = {}): { readonly machine: HostLab } {
  let made: HostLab | null = null
  beforeEach(async (context) => {
    requireSshd(context)
    made ??= await HostLab.start(options)
    await made.connect()
  })
  afterAll(() => made?.[Symbol.asyncDispose]())
  return {
    get machine() {
      if (made === null) throw new Error('There is no host before the first test')
      return made
    },
  }
}
