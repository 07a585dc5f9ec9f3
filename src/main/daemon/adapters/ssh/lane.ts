import { assertNever, type Failure, failure, type Result, success } from '../../../../shared/domain/result.ts'
import type { Channel, Opening, Reply, ReplyLimits, ReplyOptions } from './channel.ts'
import type { Answer } from './port.ts'
import { type ChannelShell, endShellScript } from './shell-text.ts'

/** What became of opening a channel; `full` where the limit of sessions of the host is reached. */
export type LaneOpening = Opening | { readonly kind: 'full' }

export type LaneOptions = {
  /** Of the host, for messages. */
  readonly name: string
  readonly open: () => Promise<LaneOpening>
  /** What a channel that did not open means; all that waits fails with it. */
  readonly explain: (opening: Exclude<LaneOpening, { kind: 'open' }>) => Failure
  /** A channel that nobody used for so long is closed; null for one that stays. */
  readonly idleMs: number | null
}

/** The script that ends a hung shell is a few lines of builtins. */
const endShellLimits: ReplyLimits = { timeoutMs: 5000, maxBytes: 4096 }

type Entry = {
  readonly script: string
  readonly options: ReplyOptions
  readonly resolve: (result: Result<Answer>) => void
}

/**
 * A queue of asks over one channel, which is opened when it is needed and replaced when it hangs or ends. One ask is sent
 * at a time: what a shell that hangs has read already would be run twice if it was sent again.
 */
export class Lane {
  private readonly options: LaneOptions
  private queue: Entry[] = []
  private channel: Channel | null = null
  private opening: Promise<LaneOpening> | null = null
  private isWorking = false
  private closedBecause: Failure | null = null
  private idle: NodeJS.Timeout | undefined

  constructor(options: LaneOptions) {
    this.options = options
  }

  /** Whether anything is asked or waits to be. */
  get isBusy(): boolean {
    return this.isWorking
  }

  /** Opens a channel, or gives the opening that is under way. */
  open(): Promise<LaneOpening> {
    this.opening ??= this.openNew().finally(() => {
      this.opening = null
    })
    return this.opening
  }

  ask(script: string, options: ReplyOptions): Promise<Result<Answer>> {
    if (this.closedBecause !== null) return Promise.resolve(this.closedBecause)
    const { promise, resolve } = Promise.withResolvers<Result<Answer>>()
    this.queue.push({ script, options, resolve })
    if (!this.isWorking) void this.work()
    return promise
  }

  /** For good: what waits, and whoever asks later, fails with `why`. */
  close(why: Failure): void {
    this.closedBecause = why
    clearTimeout(this.idle)
    this.failAll(why)
    this.closeChannel()
  }

  private async openNew(): Promise<LaneOpening> {
    const result = await this.options.open()
    if (result.kind !== 'open') return result
    const { channel } = result
    this.channel = channel
    if (this.closedBecause !== null) this.closeChannel()
    channel.ended.then(() => {
      if (this.channel === channel) this.channel = null
    })
    return result
  }

  private async work(): Promise<void> {
    this.isWorking = true
    clearTimeout(this.idle)
    while (this.queue.length > 0) {
      const channel = this.channel ?? (await this.channelOrFailure())
      const entry = channel === null ? undefined : this.queue.shift()
      if (channel !== null && entry !== undefined) await this.run(channel, entry)
    }
    this.isWorking = false
    const { idleMs } = this.options
    if (idleMs !== null && this.channel !== null) this.idle = setTimeout(() => this.closeChannel(), idleMs)
  }

  private async channelOrFailure(): Promise<Channel | null> {
    const result = await this.open()
    if (result.kind === 'open') return result.channel
    this.failAll(this.options.explain(result))
    return null
  }

  private async run(channel: Channel, { script, options, resolve }: Entry): Promise<void> {
    const reply = await channel.ask(script, options)
    resolve(resultOf(this.options.name, reply, options))
    if (reply.kind === 'answer') return
    if (this.channel === channel) this.closeChannel()
    if (reply.kind !== 'ended') await this.endHung(channel.shell)
  }

  /** What hangs holds files, and may never end by itself. */
  private async endHung(shell: ChannelShell): Promise<void> {
    const channel = shell.leadsGroup ? await this.channelOrFailure() : null
    await channel?.ask(endShellScript(shell), endShellLimits)
  }

  private closeChannel(): void {
    this.channel?.close()
    this.channel = null
  }

  private failAll(why: Failure): void {
    const failed = this.queue
    this.queue = []
    for (const { resolve } of failed) resolve(why)
  }
}

function resultOf(name: string, reply: Reply, { timeoutMs, maxBytes }: ReplyLimits): Result<Answer> {
  switch (reply.kind) {
    case 'answer':
      return success(reply.answer)
    case 'timeout':
      return failure(
        'timeout',
        `${name} did not answer within ${timeoutMs / 1000} s.`,
        'Its disks or file servers may hang, or it may be overloaded: see how it answers in a terminal.',
      )
    case 'too-long':
      return failure('failed', `${name} answered with more than ${maxBytes} bytes.`)
    case 'ended':
      return failure(
        'unreachable',
        `The connection to ${name} was lost before the answer.`,
        'It is made again by itself; what was asked may have been done or not.',
      )
    default:
      return assertNever(reply)
  }
}
