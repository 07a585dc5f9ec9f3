import type { LogMirror } from './log-mirror.ts'
import type { LogStreams } from './log-streams.ts'
import { fetchBytes, type Wanted } from './remote-bytes.ts'
import type { RemoteShell } from './remote-shell.ts'

/**
 * How much is fetched at once, from all logs together: little over a slow link, where it would come to no end within the
 * limit of an ask, and much over a fast one, where each round costs a pause.
 */
const firstRoundBytes = 2 * 1024 * 1024
const smallestRoundBytes = 256 * 1024
const largestRoundBytes = 8 * 1024 * 1024
const fastRoundMs = 500
const slowRoundMs = 5000

/** All logs that are behind get the same part of a round, so that a flood of one leaves room for the others; never less. */
const leastPerLog = 64 * 1024

export type LogPumpParts = {
  readonly shell: RemoteShell
  readonly streams: LogStreams
  readonly logs: () => readonly LogMirror[]
  /** Called after each run of the pump, with what ended it too early, if anything did. */
  readonly onDone: (error: unknown) => void
}

/** What was asked for and is on its way. */
type Round = {
  readonly parts: readonly { readonly log: LogMirror; readonly wanted: Wanted }[]
  readonly texts: Promise<readonly Buffer[]>
  readonly begun: number
}

/** Fetches what logs have beyond their copies, in rounds, until nothing is left of what is known to be there. */
export class LogPump {
  private readonly parts: LogPumpParts
  private pumping: Promise<void> | null = null
  private roundBytes = firstRoundBytes

  constructor(parts: LogPumpParts) {
    this.parts = parts
  }

  get isAtWork(): boolean {
    return this.pumping !== null
  }

  /** One at a time, and shared by those who want it. Never rejects. */
  pump(): Promise<void> {
    this.pumping ??= this.pumpAll().finally(() => {
      this.pumping = null
    })
    return this.pumping
  }

  private async pumpAll(): Promise<void> {
    const { onDone } = this.parts
    try {
      await this.restartReplaced()
      let round = this.ask((log) => log.next(this.share()))
      while (round !== null) round = await this.take(round)
      onDone(null)
    } catch (error) {
      this.roundBytes = smallestRoundBytes
      onDone(error)
    }
  }

  private async restartReplaced(): Promise<void> {
    const { logs, streams } = this.parts
    for (const log of logs().filter((one) => one.isReplaced)) {
      await streams.stop(log)
      await log.restart()
    }
  }

  /** Bytes of each log in one round. */
  private share(): number {
    const behind = this.parts.logs().filter((log) => log.isBehind).length
    return Math.max(leastPerLog, Math.floor(this.roundBytes / Math.max(1, behind)))
  }

  /** Null where nothing is wanted. */
  private ask(wantedOf: (log: LogMirror) => Wanted | null): Round | null {
    const parts = this.parts.logs().flatMap((log) => {
      const wanted = wantedOf(log)
      return wanted === null ? [] : [{ log, wanted }]
    })
    if (parts.length === 0) return null
    const texts = fetchBytes(
      this.parts.shell,
      parts.map(({ wanted }) => wanted),
      'slow',
    )
    // It may fail before anybody waits for it.
    texts.catch(() => {})
    return { parts, texts, begun: performance.now() }
  }

  /** Writes what comes while the next round is on its way, which this gives; null when there is no more. */
  private async take({ parts, texts, begun }: Round): Promise<Round | null> {
    const came = await texts
    this.roundBytes = nextRoundBytes(this.roundBytes, performance.now() - begun)
    const ends = new Map(parts.map(({ log, wanted }, index) => [log, wanted.from + (came[index]?.length ?? 0)]))
    const ahead = this.ask((log) => log.nextAhead(this.share(), ends.get(log) ?? log.copy.size))
    let hasGrown = false
    for (const [index, { log, wanted }] of parts.entries()) {
      const before = log.copy.size
      await log.take(wanted, came[index] ?? Buffer.alloc(0))
      hasGrown ||= log.copy.size > before
    }
    // Without growth it was cut or replaced in this moment: the next look at the sizes tells.
    if (!hasGrown) return null
    return ahead ?? this.ask((log) => log.next(this.share()))
  }
}

function nextRoundBytes(bytes: number, tookMs: number): number {
  if (tookMs > slowRoundMs) return Math.max(smallestRoundBytes, bytes / 2)
  return tookMs < fastRoundMs ? Math.min(largestRoundBytes, bytes * 2) : bytes
}
