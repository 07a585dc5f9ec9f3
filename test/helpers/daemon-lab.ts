import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { ensureDaemon, findDaemon } from '../../src/main/carrier/daemon-process.ts'
import { findNode } from '../../src/main/carrier/find-node.ts'
import { type Places, placesOf } from '../../src/main/carrier/places.ts'
import { connectUnixSocket } from '../../src/main/carrier/unix-socket.ts'
import { readStat } from '../../src/main/daemon/adapters/exec/proc.ts'
import { hasEnded } from '../../src/main/daemon/host/proc-text.ts'
import { type Client, createClient } from '../../src/shared/client/client.ts'
import type { InputOf, MethodOf, OutputOf } from '../../src/shared/contract/contract.ts'
import { contract } from '../../src/shared/contract/contract.ts'
import type { Result } from '../../src/shared/domain/result.ts'
import type { ProcessRow } from '../../src/shared/domain/rows.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

const root = path.join(import.meta.dirname, '..', '..')

export const daemonEntry = path.join(root, 'out', 'main', 'daemon.js')

/** The Node 24 that the daemon runs on. */
export function ourNode(): string {
  const node = findNode(root, process.env)
  if (!node.ok) throw new Error(node.message)
  return node.value
}

/** True while a program with this pid runs; a zombie has ended. */
export function isRunning(pid: number): boolean {
  const stat = readStat(pid)
  return stat !== undefined && !hasEnded(stat)
}

/**
 * A real daemon of its own, in a temporary home, with one session. Disposing of it stops everything that it supervises,
 * then the daemon, then removes the folder.
 */
export class DaemonLab implements AsyncDisposable {
  readonly folder: string
  readonly places: Places
  readonly workspace: string
  #client: Client | null = null
  #pid = 0
  readonly #removeFolder: () => PromiseLike<void>

  private constructor(folder: string, removeFolder: () => PromiseLike<void>) {
    this.folder = folder
    this.workspace = path.join(folder, 'work')
    this.#removeFolder = removeFolder
    this.places = placesOf({
      environment: {},
      homeOption: path.join(folder, 'home'),
      currentFolder: folder,
      userFolder: folder,
      userId: process.getuid?.() ?? 0,
      exists: () => false,
    })
  }

  /** A daemon that runs, with the session `work`. */
  static async start(): Promise<DaemonLab> {
    const folder = await temporaryFolder()
    const lab = new DaemonLab(folder.path, () => folder[Symbol.asyncDispose]())
    await lab.startDaemon()
    await lab.ask('sessions.init', { path: lab.workspace })
    return lab
  }

  get daemonPid(): number {
    return this.#pid
  }

  /** Starts the daemon as every face does, and connects to it. */
  async startDaemon(): Promise<void> {
    this.#pid = await this.ensureDaemon()
    this.#client?.close()
    this.#client = createClient({ connect: () => connectUnixSocket(this.places.socket), once: true })
    const up = await this.#client.up
    if (!up.ok) throw new Error(up.message)
  }

  /** The pid of the daemon that answers; null where none does. */
  async answeringPid(): Promise<number | null> {
    const found = await findDaemon(this.places)
    return found.ok ? (found.value?.pid ?? null) : null
  }

  /** The pid of the daemon, which is started if it does not run. */
  async ensureDaemon(): Promise<number> {
    const daemon = await ensureDaemon({
      places: this.places,
      node: ourNode(),
      entry: daemonEntry,
      environment: process.env,
    })
    if (!daemon.ok) throw new Error(`${daemon.message} ${daemon.hint}`)
    return daemon.value.pid
  }

  /** Ends the daemon and leaves its processes running. */
  async stopDaemon(): Promise<void> {
    const pid = this.#pid
    await this.ask('daemon.stop', { processes: false })
    await until(() => !isRunning(pid), { what: 'the end of the daemon' })
  }

  /** The daemon dies as by a crash, and is gone when this resolves. */
  async killDaemon(): Promise<void> {
    const pid = this.#pid
    process.kill(pid, 'SIGKILL')
    await until(() => !isRunning(pid), { what: 'the end of the daemon' })
  }

  get client(): Client {
    if (this.#client === null) throw new Error('The daemon has not been started')
    return this.#client
  }

  /** A call whose failure is a value. Its answer is checked against the contract. */
  async try<M extends MethodOf<'call'>>(method: M, input: InputOf<M>): Promise<Result<OutputOf<M>>> {
    const result = await this.client.call(method, input)
    if (result.ok) contract[method].output.parse(result.value)
    return result
  }

  /** A call that must succeed. */
  async ask<M extends MethodOf<'call'>>(method: M, input: InputOf<M>): Promise<OutputOf<M>> {
    const result = await this.try(method, input)
    if (!result.ok) throw new Error(`${method}: ${result.message} ${result.hint}`)
    return result.value
  }

  /** Starts a shell script under `alias`, restart 0. */
  async startScript(alias: string, script: string, more: Partial<InputOf<'process.start'>> = {}): Promise<ProcessRow> {
    const report = await this.ask('process.start', {
      workspace: this.workspace,
      argv: ['/bin/sh', '-c', script],
      alias,
      restart: 'never',
      ...more,
    })
    return report.process
  }

  async row(ref: string): Promise<ProcessRow> {
    return (await this.ask('process.show', this.target(ref))).row
  }

  target(ref: string): { workspace: string; ref: string } {
    return { workspace: this.workspace, ref }
  }

  /** The whole standard output of a process so far. */
  output(row: ProcessRow, stream: 'out' | 'err' = 'out'): string {
    return readFileSync(path.join(this.workspace, stream, `${row.name}.out`), 'utf8')
  }

  /** Waits for a row in which `condition` holds. */
  async untilRow(ref: string, what: string, condition: (row: ProcessRow) => boolean): Promise<ProcessRow> {
    return until(
      async () => {
        const row = await this.row(ref)
        return condition(row) ? row : null
      },
      { what: `${ref} ${what}` },
    )
  }

  makeFolder(name: string): string {
    const folder = path.join(this.folder, name)
    mkdirSync(folder)
    return folder
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!isRunning(this.#pid)) await this.startDaemon()
    const pid = this.#pid
    await this.client.call('daemon.stop', { processes: true })
    this.#client?.close()
    await until(() => !isRunning(pid), { what: 'the end of the daemon', timeoutMs: 20_000 })
    await this.#removeFolder()
  }
}

/** The pid of a row that is up. */
export function pidOf(row: ProcessRow): number {
  if (row.life.kind !== 'up') throw new Error(`${row.alias ?? row.name} is ${row.life.kind}`)
  return row.life.program.identity.pid
}

/** Pids of all programs whose environment or arguments carry `text`; a shim counts as well. */
export function pidsWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text) && isRunning(pid)
      } catch {
        return false
      }
    })
}
