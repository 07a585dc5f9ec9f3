import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { findCommand } from '../../scripts/lib/system-packages.mjs'
import { descendantsOf, isAlive } from './process-groups.ts'
import { requireParts, type Skippable } from './real-parts.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

export type SshdOptions = {
  /** More lines of sshd_config(5), e.g. `MaxSessions 2`. */
  readonly config?: readonly string[]
  /** A user that exists, see `createUser`; the user of the tests unless given. */
  readonly user?: string
  /** The name in the client's configuration. */
  readonly name?: string
}

/** Where sshd puts its unprivileged part when root starts it; a package makes it at boot only. */
const privilegeFolder = '/run/sshd'

/**
 * A real sshd of its own on a free port of 127.0.0.1, which lets its one user in with a key that is made for it. When it
 * is disposed of, it and every log-in are gone. Begin a test with `requireSshd`.
 */
export class Sshd implements AsyncDisposable {
  readonly name: string
  readonly port: number
  readonly user: string
  /** A configuration for `ssh -F`, with `name` as its one host. */
  readonly clientConfig: string
  readonly knownHosts: string
  readonly folder: string
  private readonly removeFolder: () => PromiseLike<void>
  private server: ChildProcess | null = null

  private constructor(folder: string, port: number, options: SshdOptions, removeFolder: () => PromiseLike<void>) {
    this.folder = folder
    this.port = port
    this.name = options.name ?? 'gpu-01'
    this.user = options.user ?? os.userInfo().username
    this.clientConfig = path.join(folder, 'ssh_config')
    this.knownHosts = path.join(folder, 'known_hosts')
    this.removeFolder = removeFolder
  }

  static async start(options: SshdOptions = {}): Promise<Sshd> {
    const folder = await temporaryFolder()
    const port = await freePort()
    const sshd = new Sshd(folder.path, port, options, () => folder[Symbol.asyncDispose]())
    sshd.prepare(options.config ?? [])
    await sshd.startAgain()
    return sshd
  }

  /** `ED25519` and `SHA256:...` of its key. */
  get fingerprint(): string {
    const output = execFileSync('ssh-keygen', ['-l', '-f', this.hostKey], { encoding: 'utf8' })
    return output.split(' ')[1] ?? ''
  }

  /** A key for the client that the server does not know, with the configuration that uses it. */
  get strangerConfig(): string {
    const key = path.join(this.folder, 'stranger')
    if (!existsSync(key)) makeKey(key)
    const file = path.join(this.folder, 'stranger_config')
    writeFileSync(file, this.clientText(key))
    return file
  }

  /** Starts it again after `stop`, on the same port. */
  async startAgain(): Promise<void> {
    const program = findCommand('sshd') ?? 'sshd'
    const log = ['-E', path.join(this.folder, 'sshd.log')]
    this.server = spawn(program, ['-D', ...log, '-f', this.configFile], { stdio: 'ignore' })
    await until(() => accepts(this.port), { what: 'sshd to listen' })
  }

  /** Ends it and every log-in. */
  async stop(): Promise<void> {
    const { server } = this
    this.server = null
    if (server?.pid === undefined) return
    const connections = descendantsOf(server.pid)
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGKILL')
      await once(server, 'exit')
    }
    killAll(connections)
    await until(() => !connections.some(isAlive), { what: 'the end of sshd' })
  }

  /** Stops it, and starts it again. */
  async restart(): Promise<void> {
    await this.stop()
    await this.startAgain()
  }

  /** Ends every connection as a network does that is gone, and what runs in it that has not left it. */
  async cutConnections(): Promise<void> {
    const connections = this.connections()
    killAll(connections)
    await until(() => !connections.some(isAlive), { what: 'the end of the connections' })
  }

  /** Freezes every connection: nothing is answered, and nothing is closed. `thaw` lets them go on. */
  freeze(): () => void {
    const connections = this.connections()
    for (const pid of connections) process.kill(pid, 'SIGSTOP')
    return () => {
      for (const pid of connections.filter(isAlive)) process.kill(pid, 'SIGCONT')
    }
  }

  /** Lets new connections wait for an answer for ever. It is killed as usual. */
  freezeServer(): void {
    this.server?.kill('SIGSTOP')
  }

  /** How many log-ins were tried with success. */
  get logins(): number {
    return this.logged(/^Accepted publickey /gm)
  }

  /** How often somebody connected to its port. */
  get contacts(): number {
    return this.logged(/^Connection from /gm)
  }

  /** Shows another host key from now on. */
  async changeKey(): Promise<void> {
    makeKey(this.hostKey)
    await this.restart()
  }

  /** Lets the client know this host. */
  trust(): void {
    const [type, key] = readFileSync(`${this.hostKey}.pub`, 'utf8').split(' ')
    writeFileSync(this.knownHosts, `[127.0.0.1]:${this.port} ${type} ${key}\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await this.removeFolder()
  }

  private get hostKey(): string {
    return path.join(this.folder, 'host_key')
  }

  private get configFile(): string {
    return path.join(this.folder, 'sshd_config')
  }

  private get clientKey(): string {
    return path.join(this.folder, 'client_key')
  }

  /** The processes of sshd for each connection; programs in it are children of these. */
  private connections(): number[] {
    const { server } = this
    if (server?.pid === undefined) return []
    return descendantsOf(server.pid).filter((pid) => /^sshd/.test(commandOf(pid)))
  }

  private logged(pattern: RegExp): number {
    return readFileSync(path.join(this.folder, 'sshd.log'), 'utf8').match(pattern)?.length ?? 0
  }

  private prepare(config: readonly string[]): void {
    // Another user reads the key that may log in.
    chmodSync(this.folder, 0o711)
    if (process.getuid?.() === 0) mkdirSync(privilegeFolder, { recursive: true, mode: 0o755 })
    makeKey(this.hostKey)
    makeKey(this.clientKey)
    const lines = [
      ...config,
      `Port ${this.port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${this.hostKey}`,
      `AuthorizedKeysFile ${this.clientKey}.pub`,
      'StrictModes no',
      'PermitRootLogin yes',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UsePAM no',
      'PidFile none',
      'LogLevel VERBOSE',
    ]
    writeFileSync(this.configFile, `${lines.join('\n')}\n`)
    writeFileSync(this.clientConfig, this.clientText(this.clientKey))
    this.trust()
  }

  private clientText(key: string): string {
    return `Host ${this.name}
  HostName 127.0.0.1
  Port ${this.port}
  User ${this.user}
  IdentityFile ${key}
  IdentitiesOnly yes
  UserKnownHostsFile ${this.knownHosts}
  GlobalKnownHostsFile /dev/null
`
  }
}

/** Skips the test where there is no sshd. */
export const requireSshd = (context: Skippable): void => requireParts(context, 'sshd')

export type TestUser = AsyncDisposable & {
  readonly name: string
  readonly home: string
  /** Writes a file in the home. */
  write(file: string, text: string): void
}

/** A user with a home and this log-in shell, which is removed with all its processes. Only root can make one. */
export async function createUser(shell: string): Promise<TestUser> {
  const name = `procession-test-${process.pid}`
  const home = path.join(os.tmpdir(), `${name}-home`)
  // `*` is a password that nothing matches, but no locked account, which sshd would refuse.
  execFileSync('useradd', ['-m', '-d', home, '-p', '*', '-s', shell, name], { stdio: 'ignore' })
  return {
    name,
    home,
    write(file, text) {
      mkdirSync(path.dirname(path.join(home, file)), { recursive: true })
      writeFileSync(path.join(home, file), text)
      execFileSync('chown', ['-R', name, home])
    },
    async [Symbol.asyncDispose]() {
      execFileSync('userdel', ['-f', '-r', name], { stdio: 'ignore' })
    },
  }
}

function makeKey(file: string): void {
  execFileSync('sh', ['-c', 'rm -f "$1" "$1.pub"; exec ssh-keygen -q -t ed25519 -N "" -C test -f "$1"', 'sh', file])
}

function killAll(pids: readonly number[]): void {
  for (const pid of pids.filter(isAlive)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Ended by itself since it was listed.
    }
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8')
  } catch {
    return ''
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}
