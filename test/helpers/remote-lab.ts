import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { findCommand } from '../../scripts/lib/system-packages.mjs'
import type { Answer, AskOptions, RemoteStream, SshConnection } from '../../src/main/daemon/adapters/ssh/port.ts'
import {
  createRemoteHost,
  type RemoteHost,
  type RemoteHostOptions,
} from '../../src/main/daemon/adapters/ssh/remote-host.ts'
import { askInShellText, askText } from '../../src/main/daemon/adapters/ssh/shell-text.ts'
import type { HostState } from '../../src/shared/domain/host.ts'
import { failure, type Result, success } from '../../src/shared/domain/result.ts'
import { ExecLab, type ShellName } from './exec-lab.ts'

/**
 * A connection whose other end is this machine: every script runs in a shell of its own here, as the long-lived one of a
 * real connection would run it, with the same /proc and no ssh in between. It can be lost, also in the middle of an
 * answer.
 */
export class LocalConnection implements SshConnection {
  readonly name = 'elsewhere'
  readonly latencyMs = 0
  readonly lastError = null
  readonly scripts: string[] = []
  readonly streams: string[] = []
  /** The next answer that `pick` chooses breaks the link after so many bytes. */
  cut: { readonly pick: (script: string) => boolean; readonly afterBytes: number } | null = null
  /** Streams are refused, as by a server that allows no more sessions. */
  refusesStreams = false
  state: HostState = { kind: 'connected', since: 1 }
  private readonly shell: readonly [string, ...string[]]
  private readonly env: NodeJS.ProcessEnv
  private readonly listeners = new Set<(state: HostState) => void>()
  private readonly lanes = new Map<string, Promise<unknown>>()
  private readonly open = new Set<RemoteStream>()
  private connections = 1

  constructor(shell: readonly [string, ...string[]], env: NodeJS.ProcessEnv) {
    this.shell = shell
    this.env = env
  }

  onState(listener: (state: HostState) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private become(state: HostState): void {
    this.state = state
    for (const listener of this.listeners) listener(state)
  }

  lose(): void {
    for (const stream of this.open) stream.close()
    this.become({ kind: 'reconnecting', since: Date.now(), attempt: 1, retryAt: Date.now() })
  }

  restore(): void {
    this.connections += 1
    this.become({ kind: 'connected', since: this.connections })
  }

  async ensure(): Promise<Result<null>> {
    return this.state.kind === 'connected' ? success(null) : failure('unreachable', 'Not connected.')
  }

  ask(
    script: string,
    { lane = 'quick', maxBytes = 16 * 1024 * 1024, inShell = false }: AskOptions,
  ): Promise<Result<Answer>> {
    const before = this.lanes.get(lane) ?? Promise.resolve()
    const answer = before.then(() => this.run(script, { maxBytes, inShell }))
    this.lanes.set(lane, answer)
    return answer
  }

  private async run(
    script: string,
    { maxBytes, inShell }: { readonly maxBytes: number; readonly inShell: boolean },
  ): Promise<Result<Answer>> {
    if (this.state.kind !== 'connected') return failure('unreachable', 'elsewhere is not connected.')
    this.scripts.push(script)
    const child = spawn(this.shell[0], this.shell.slice(1), { env: this.env, stdio: ['pipe', 'pipe', 'ignore'] })
    const mark = randomUUID()
    child.stdin.end(inShell ? askInShellText(mark, script) : askText(mark, script))
    const chunks: Buffer[] = []
    let size = 0
    const cut = this.cut?.pick(script) ? this.cut : null
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      if (cut !== null && size >= cut.afterBytes) {
        this.cut = null
        child.kill('SIGKILL')
        this.lose()
        return failure('unreachable', 'The link to elsewhere was lost.')
      }
    }
    const bytes = Buffer.concat(chunks)
    const end = bytes.lastIndexOf(`\n${mark} `)
    if (end < 0) return failure('unreachable', 'The link to elsewhere was lost.')
    if (end > maxBytes) return failure('failed', 'The answer was too long.')
    const status = Number.parseInt(bytes.toString('latin1', end + mark.length + 2), 10)
    return success({ status, output: bytes.subarray(0, end) })
  }

  async stream(script: string): Promise<Result<RemoteStream>> {
    if (this.state.kind !== 'connected') return failure('unreachable', 'elsewhere is not connected.')
    if (this.refusesStreams) return failure('conflict', 'elsewhere allows no more sessions.')
    this.streams.push(script)
    const child = spawn(this.shell[0], this.shell.slice(1), {
      env: this.env,
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    })
    await once(child, 'spawn')
    child.stdin.end(`${script}\n`)
    const stream: RemoteStream = {
      chunks: child.stdout as AsyncIterable<Buffer>,
      close: () => {
        this.open.delete(stream)
        if (child.exitCode === null && child.signalCode === null) process.kill(-Number(child.pid), 'SIGKILL')
      },
    }
    child.once('exit', () => this.open.delete(stream))
    this.open.add(stream)
    return success(stream)
  }

  async close(): Promise<void> {
    for (const stream of this.open) stream.close()
    this.become({ kind: 'idle' })
    await Promise.all(this.lanes.values())
  }
}

export type RemoteLab = AsyncDisposable & {
  readonly lab: ExecLab
  readonly host: RemoteHost
  readonly connection: LocalConnection
  /** The folder of the files there. */
  readonly state: string
  /** Another daemon with the same machine and the same copies. */
  again(options?: RemoteHostOptions): RemoteHost
}

/** A host behind a connection to this very machine, with a folder of its own for what lies there. */
export async function createRemoteLab(shell: ShellName = 'dash', options: RemoteHostOptions = {}): Promise<RemoteLab> {
  let made: { readonly connection: LocalConnection; readonly host: RemoteHost; readonly state: string } | undefined
  const others: RemoteHost[] = []
  const lab = await ExecLab.with(shell, async (folder, path) => {
    const env = {
      HOME: folder,
      XDG_STATE_HOME: join(folder, 'state'),
      LANG: 'C.UTF-8',
      PATH: `${commandsFor(folder, shell, path)}:${shell === 'busybox' ? '' : process.env.PATH}`,
    }
    const connection = new LocalConnection([path, '-s'], env)
    const host = createRemoteHost(connection, { pullMs: 50, ...options })
    await host.measure()
    made = { connection, host, state: join(folder, 'state', 'procession') }
    return host
  })
  if (made === undefined) throw new Error('There is no host.')
  const { connection, host } = made
  return {
    lab,
    ...made,
    again(more = {}) {
      const other = createRemoteHost(connection, { pullMs: 50, ...more })
      others.push(other)
      return other
    },
    async [Symbol.asyncDispose]() {
      if (connection.state.kind !== 'connected') connection.restore()
      await lab.endAll()
      for (const one of [host, ...others]) one.close()
      await connection.close()
      await lab[Symbol.asyncDispose]()
    },
  }
}

/** A folder with the commands that a bare busybox has, or a shell of this kind that answers to `sh`. */
export function commandsFor(folder: string, shell: ShellName, path: string): string {
  const commands = join(folder, 'commands')
  mkdirSync(commands)
  if (shell !== 'busybox') {
    symlinkSync(path, join(commands, 'sh'))
    return commands
  }
  const busybox = findCommand('busybox') ?? 'busybox'
  const applets = ['cat', 'chmod', 'dd', 'find', 'grep', 'id', 'kill', 'ls', 'mkdir', 'mv', 'od', 'readlink', 'rm']
  for (const name of [...applets, 'setsid', 'sh', 'sleep', 'tail', 'fallocate'])
    symlinkSync(busybox, join(commands, name))
  return commands
}
