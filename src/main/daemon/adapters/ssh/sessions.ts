import { assertNever, type Failure, failure, type Result, success } from '../../../../shared/domain/result.ts'
import { openChannel, type ReplyOptions } from './channel.ts'
import { explainSsh } from './explain-ssh.ts'
import { Lane, type LaneOpening } from './lane.ts'
import type { Answer, AskOptions, RemoteStream } from './port.ts'
import type { Session } from './session.ts'
import { openStream } from './stream.ts'

export type SessionsOptions = {
  readonly name: string
  /** Starts a session whose shell reads its commands from stdin. */
  readonly spawn: () => Session
  /** How many sessions there may be beside the channel for quick asks. */
  readonly maxParallel: number
  readonly onLatency: (ms: number) => void
  /** The host gives no shell any more although the connection seems to be there: it must be made anew. */
  readonly onBroken: (why: Failure) => void
}

/** A log-in may wait for a file server; one that takes longer than this would hold up every action. */
const openLimitMs = 10_000

/** Nobody pays for a shell that waits for the next slow question. */
const slowIdleMs = 30_000

/** Tells the latency, and a link or shell that hangs while nobody asks. */
const pulseMs = 10_000
const pulseOptions: ReplyOptions = { timeoutMs: 10_000, maxBytes: 0, inShell: true }

/** For whoever sets no limit of their own: far more than any answer that is read at once. */
const maxAnswerBytes = 64 << 20

/** All that goes over one connection while it lasts. */
export class Sessions {
  private readonly options: SessionsOptions
  private readonly quick: Lane
  private readonly slow: Lane
  /** Those beside the quick lane. */
  private readonly parallel = new Set<Session>()
  private readonly pulses: NodeJS.Timeout

  constructor(options: SessionsOptions) {
    const { name } = options
    this.options = options
    this.quick = new Lane({
      name,
      idleMs: null,
      open: () => openChannel(options.spawn(), openLimitMs),
      explain(opening) {
        const why = explainOpening(name, opening)
        options.onBroken(why)
        return why
      },
    })
    this.slow = new Lane({
      name,
      idleMs: slowIdleMs,
      open: () => this.openSlow(),
      explain: (opening) => explainOpening(name, opening),
    })
    this.pulses = setInterval(() => void this.pulse(), pulseMs)
  }

  /** Opens the channel for quick asks, which stays open. */
  open(): Promise<LaneOpening> {
    return this.quick.open()
  }

  async ask(script: string, options: AskOptions): Promise<Result<Answer>> {
    const { timeoutMs, lane = 'quick', maxBytes = maxAnswerBytes, inShell = false } = options
    const replyOptions = { timeoutMs, maxBytes, inShell }
    if (lane === 'quick') return this.quick.ask(script, replyOptions)
    const result = await this.slow.ask(script, replyOptions)
    // Where there is no room for a channel of its own, it holds others up, but is done.
    return !result.ok && result.code === 'conflict' ? this.quick.ask(script, replyOptions) : result
  }

  async stream(script: string): Promise<Result<RemoteStream>> {
    const { name } = this.options
    const session = this.spawnParallel()
    if (session === null) return explainOpening(name, { kind: 'full' })
    const opening = await openStream(session, script, openLimitMs)
    return opening.kind === 'open' ? success(opening.stream) : explainOpening(name, opening)
  }

  /** Ends everything. What waits for an answer fails with `why`. */
  close(why: Failure): void {
    clearInterval(this.pulses)
    this.quick.close(why)
    this.slow.close(why)
    for (const session of this.parallel) session.kill()
  }

  private async openSlow(): Promise<LaneOpening> {
    const session = this.spawnParallel()
    return session === null ? { kind: 'full' } : openChannel(session, openLimitMs)
  }

  /** Null where there are as many as may be. */
  private spawnParallel(): Session | null {
    if (this.parallel.size >= this.options.maxParallel) return null
    const session = this.options.spawn()
    this.parallel.add(session)
    session.ended.then(() => this.parallel.delete(session))
    return session
  }

  private async pulse(): Promise<void> {
    if (this.quick.isBusy) return
    const sent = performance.now()
    const { ok } = await this.quick.ask(':', pulseOptions)
    if (ok) this.options.onLatency(performance.now() - sent)
  }
}

type NotOpen = Exclude<LaneOpening, { kind: 'open' }> | { readonly kind: 'ended'; readonly errors: string }

function explainOpening(name: string, opening: NotOpen): Failure {
  switch (opening.kind) {
    case 'full':
      return failure(
        'conflict',
        `As many sessions as allowed are open to ${name}.`,
        'Follow fewer logs at a time, or raise max_parallel of this host.',
      )
    case 'ended': {
      const { kind, message, hint } = explainSsh(name, opening.errors)
      return failure(kind === 'no-more-sessions' ? 'conflict' : 'unreachable', message, hint)
    }
    case 'silent':
      return failure(
        'unreachable',
        `${name} gives no shell within ${openLimitMs / 1000} s.`,
        'It may be overloaded, or its home folders may hang: see how long a log-in takes in a terminal.',
      )
    case 'unusable':
      return failure('unreachable', `${name} has no /proc any more.`, 'Look what happened to it in a terminal.')
    default:
      return assertNever(opening)
  }
}
