import type { HostState } from '../../../../shared/domain/host.ts'
import { type Failure, failure, type Result, success } from '../../../../shared/domain/result.ts'
import type { SshTarget } from './command-line.ts'
import { type Connecting, type ConnectTrouble, connect } from './connect.ts'
import type { ControlMaster } from './control-master.ts'
import { explainSsh } from './explain-ssh.ts'
import { checkHostName } from './host-name.ts'
import { idleLink, type Link, type LinkEvent, stepLink, wakeAt } from './link.ts'
import type { SshConnection } from './port.ts'
import { sshProgram } from './resolve.ts'
import type { Sessions } from './sessions.ts'

/** Where a connection tells what happened to it. */
export type ConnectionLog = { info(data: object, message: string): void; warn(data: object, message: string): void }

export type SshConnectionOptions = {
  /** As ssh knows it. A name that it could not know is refused by `ensure`. */
  readonly name: string
  /** Absolute path of the OpenSSH configuration file that counts instead of the user's own; null for the user's own. */
  readonly sshConfig: string | null
  /** An existing folder that nobody else may enter, see `openControlFolder`. */
  readonly controlFolder: string
  /** How many sessions there may be beside the one channel: one for slow asks, the others for streams. */
  readonly maxParallel?: number
  /** Milliseconds since 1970 UTC. */
  readonly now?: () => number
  /** From 0 to below 1; spreads the tries. */
  readonly random?: () => number
  readonly log?: ConnectionLog
  /** The ssh to use, `ssh` in PATH unless told otherwise. */
  readonly program?: string
}

/** sshd allows 10 sessions by default (MaxSessions), and the user may want some of them. */
const defaultMaxParallel = 4

/** A connection that is not made before `ensure` is called, and then for as long as it is not closed. */
export const createSshConnection = (options: SshConnectionOptions): SshConnection => new Connection(options)

type Live = { readonly master: ControlMaster; readonly sessions: Sessions }
type Trouble = { readonly at: number; readonly message: string; readonly hint: string; readonly failure: Failure }

class Connection implements SshConnection {
  readonly name: string
  latencyMs: number | null = null
  private readonly target: SshTarget
  private readonly options: SshConnectionOptions
  private readonly listeners = new Set<(state: HostState) => void>()
  private link: Link = idleLink
  private live: Live | null = null
  private trouble: Trouble | null = null
  /** The try that is under way. */
  private attempt: Promise<void> | null = null
  private giveUp = new AbortController()
  private timer: NodeJS.Timeout | undefined
  /** Why we closed the connection ourselves; ssh then has nothing to say. */
  private brokenBecause: Failure | null = null

  constructor(options: SshConnectionOptions) {
    const { name, sshConfig, program = sshProgram } = options
    this.name = name
    this.options = options
    this.target = { name, sshConfig, program }
  }

  get state(): HostState {
    return this.link.state
  }

  get lastError() {
    if (this.trouble === null) return null
    const { at, message, hint } = this.trouble
    return { at, message, hint }
  }

  onState(listener: (state: HostState) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async ensure({ insist = false }: { readonly insist?: boolean } = {}): Promise<Result<null>> {
    const checked = checkHostName(this.name)
    if (!checked.ok) return checked
    this.step({ kind: 'wanted', at: this.now(), insist })
    await this.attempt
    return this.state.kind === 'connected' ? success(null) : this.notConnected()
  }

  async ask(...[script, options]: Parameters<SshConnection['ask']>): ReturnType<SshConnection['ask']> {
    return checkScript(script) ?? this.live?.sessions.ask(script, options) ?? this.notConnected()
  }

  async stream(script: string): ReturnType<SshConnection['stream']> {
    return checkScript(script) ?? this.live?.sessions.stream(script) ?? this.notConnected()
  }

  async close(): Promise<void> {
    this.giveUp.abort()
    const { live } = this
    this.live = null
    this.step({ kind: 'closed' })
    live?.sessions.close(failure('unreachable', `The connection to ${this.name} was closed.`))
    await Promise.all([live?.master.stop(), this.attempt])
  }

  private now(): number {
    return (this.options.now ?? Date.now)()
  }

  private step(event: LinkEvent): void {
    const before = this.link
    const { link, connect: isDue } = stepLink(before, event, (this.options.random ?? Math.random)())
    this.link = link
    clearTimeout(this.timer)
    const at = wakeAt(link)
    if (at !== null) {
      this.timer = setTimeout(() => this.step({ kind: 'due', at: this.now() }), Math.max(0, at - this.now()))
    }
    if (isDue) this.attempt = this.try()
    if (link.state === before.state) return
    this.options.log?.info({ host: this.name, state: link.state }, `host ${this.name}: ${link.state.kind}`)
    for (const listener of [...this.listeners]) listener(link.state)
  }

  private async try(): Promise<void> {
    this.giveUp = new AbortController()
    const { signal } = this.giveUp
    const result = await this.connect(signal)
    if (this.giveUp.signal === signal) this.attempt = null
    if (signal.aborted) {
      if (result.kind === 'up') await end(result)
      return
    }
    if (result.kind === 'up') this.connected(result)
    else this.failed(result.trouble)
  }

  private async connect(signal: AbortSignal): Promise<Connecting> {
    const { controlFolder, maxParallel = defaultMaxParallel } = this.options
    try {
      return await connect({
        target: this.target,
        controlFolder,
        maxParallel,
        signal,
        onLatency: (ms) => {
          this.latencyMs = ms
        },
        onBroken: (master, why) => this.broken(master, why),
      })
    } catch (error) {
      // No descriptors, no space for a file: passes like a network that fails.
      const why = error instanceof Error ? error.message : String(error)
      const message = `This machine could not start ssh: ${why}`
      return { kind: 'down', trouble: { kind: 'network', message, hint: 'Close some programs.', key: null } }
    }
  }

  private connected({ master, sessions, latencyMs }: Extract<Connecting, { kind: 'up' }>): void {
    this.live = { master, sessions }
    this.latencyMs = latencyMs
    this.brokenBecause = null
    void master.ended.then((errors) => this.lost(master, errors))
    this.step({ kind: 'connected', at: this.now() })
  }

  private broken(master: ControlMaster, why: Failure): void {
    if (this.live?.master !== master) return
    this.brokenBecause = why
    void master.stop()
  }

  private lost(master: ControlMaster, errors: string): void {
    const { live } = this
    if (live?.master !== master) return
    this.live = null
    const { message, hint } = this.brokenBecause ?? explainSsh(this.name, errors)
    const why = failure('unreachable', `The connection to ${this.name} was lost: ${message}`, hint)
    this.note(why)
    live.sessions.close(why)
    this.step({ kind: 'lost', at: this.now() })
  }

  private failed(trouble: ConnectTrouble): void {
    const { message, hint } = trouble
    const at = this.now()
    if (trouble.kind !== 'refused') {
      this.note(failure('unreachable', message, hint))
      this.step({ kind: 'failed', at })
      return
    }
    const code = trouble.because === 'unusable' ? 'unsupported' : 'not_permitted'
    this.note(failure(code, message, hint))
    this.step({ kind: 'refused', at, because: trouble.because, key: trouble.key })
  }

  private note(why: Failure): void {
    const { message, hint } = why
    this.trouble = { at: this.now(), message, hint, failure: why }
    this.options.log?.warn({ host: this.name, hint }, message)
  }

  /** What to tell whoever needs it now. */
  private notConnected(): Failure {
    const { state, trouble } = this
    if (state.kind === 'idle' || trouble === null) {
      return failure(
        'unreachable',
        `There is no connection to ${this.name}.`,
        `Try \`procession host test ${this.name}\`.`,
      )
    }
    return trouble.failure
  }
}

async function end({ master, sessions }: Extract<Connecting, { kind: 'up' }>): Promise<void> {
  sessions.close(failure('cancelled', 'The connection was closed.'))
  await master.stop()
}

/** A shell cannot be told a NUL, and would leave it out. */
const checkScript = (script: string): Failure | null =>
  script.includes('\0') ? failure('bad_input', 'A script cannot hold a NUL character.') : null
