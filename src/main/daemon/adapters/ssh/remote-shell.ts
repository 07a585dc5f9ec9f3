import { randomBytes } from 'node:crypto'
import { HostUnreachable } from '../../host/port.ts'
import type { Answer, AskOptions, SshConnection } from './port.ts'
import { introductionScript, type RemoteMachine, readIntroduction } from './remote-machine.ts'
import { BoundaryLost, type Frame, newMark } from './remote-text.ts'

/** A machine under heavy load takes seconds to fork. One that takes longer is as good as away. */
const patienceMs = 15_000

/** Which moment of this machine's clock (milliseconds since 1970 UTC) was which of the other's seconds since boot. */
export type ClockPair = { readonly at: number; readonly uptimeSeconds: number }

type Introduced = { readonly since: number; readonly machine: Promise<RemoteMachine> }

/**
 * Asks scripts of a machine whose ways are known: it is looked at once per connection. What cannot be asked now is a
 * `HostUnreachable`.
 */
export class RemoteShell {
  readonly name: string
  private readonly connection: SshConnection
  private readonly frame: Frame
  private introduced: Introduced | null = null
  private lastMachine: RemoteMachine | null = null
  private clockPair: ClockPair | null = null

  constructor(connection: SshConnection) {
    this.connection = connection
    this.name = connection.name
    this.frame = { file: `.separator-${randomBytes(8).toString('hex')}`, separator: newMark() }
  }

  get isConnected(): boolean {
    return this.connection.state.kind === 'connected'
  }

  /** What was found when it was last connected; null when it never was. */
  get known(): RemoteMachine | null {
    return this.lastMachine
  }

  /** The last look at its clock; null when there was none. */
  get clock(): ClockPair | null {
    return this.clockPair
  }

  noteClock(askedAt: number, uptimeSeconds: number): void {
    // The answer was made somewhere between; half of a round trip is the smallest error to expect.
    this.clockPair = { at: (askedAt + Date.now()) / 2, uptimeSeconds }
  }

  /** The machine as this connection found it. */
  machine(): Promise<RemoteMachine> {
    const { state } = this.connection
    if (state.kind !== 'connected') throw new HostUnreachable(`${this.name} is not connected.`)
    if (this.introduced?.since !== state.since) {
      const machine = this.introduce()
      const introduced = { since: state.since, machine }
      this.introduced = introduced
      machine.catch(() => {
        if (this.introduced === introduced) this.introduced = null
      })
    }
    return this.introduced.machine
  }

  private async introduce(): Promise<RemoteMachine> {
    const askedAt = Date.now()
    const answer = await this.askRaw(introductionScript(this.frame))
    const { machine, uptimeSeconds } = readIntroduction(answer, this.name, this.frame)
    this.noteClock(askedAt, uptimeSeconds)
    this.lastMachine = machine
    return machine
  }

  /**
   * Runs what `script` makes of the machine, in its folder for our files. `read` is given the answer; where that finds
   * the separators gone (a clean-up took the file), they are put back and it is asked once more.
   */
  async ask<Value>(
    script: (machine: RemoteMachine) => string,
    read: (answer: Answer, machine: RemoteMachine) => Value,
    options: Partial<AskOptions> = {},
  ): Promise<Value> {
    const once = async () => {
      const machine = await this.machine()
      return read(await this.askRaw(script(machine), options), machine)
    }
    try {
      return await once()
    } catch (error) {
      if (!(error instanceof BoundaryLost)) throw error
      this.introduced = null
      return once()
    }
  }

  private async askRaw(script: string, options: Partial<AskOptions> = {}): Promise<Answer> {
    const answer = await this.connection.ask(script, { timeoutMs: patienceMs, ...options })
    if (answer.ok) return answer.value
    const message = `${answer.message} ${answer.hint}`.trim()
    if (answer.code === 'failed') throw new Error(`${this.name}: ${message}`)
    throw new HostUnreachable(message)
  }
}
