import type { LogMirror } from './log-mirror.ts'
import type { LogStreams } from './log-streams.ts'
import { blockBytes, fetchBytes } from './remote-bytes.ts'
import type { RemoteShell } from './remote-shell.ts'

/** Of one log at a time, so that a flood of one leaves room for the others. */
const bytesPerLog = 2 * 1024 * 1024
const bytesPerRound = 8 * 1024 * 1024

export type LogPumpParts = {
  readonly shell: RemoteShell
  readonly streams: LogStreams
  readonly logs: () => readonly LogMirror[]
  /** Called after each run of the pump, with what ended it too early, if anything did. */
  readonly onDone: (error: unknown) => void
}

/** Fetches what logs have beyond their copies, in rounds, until nothing is left of what is known to be there. */
export class LogPump {
  private readonly parts: LogPumpParts
  private pumping: Promise<void> | null = null

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
      while (await this.pumpRound());
      onDone(null)
    } catch (error) {
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

  /** True where there may be more to fetch. */
  private async pumpRound(): Promise<boolean> {
    let room = bytesPerRound
    const round = this.parts.logs().flatMap((log) => {
      const wanted = room > 0 ? log.next(Math.min(bytesPerLog, room)) : null
      if (wanted === null) return []
      room -= wanted.blocks * blockBytes
      return [{ log, wanted, size: log.copy.size }]
    })
    if (round.length === 0) return false
    const texts = await fetchBytes(
      this.parts.shell,
      round.map(({ wanted }) => wanted),
      'slow',
    )
    for (const [index, { log, wanted }] of round.entries()) await log.take(wanted, texts[index] ?? Buffer.alloc(0))
    // Without growth it was cut or replaced in this moment: the next look at the sizes tells.
    return round.some(({ log, size }) => log.copy.size > size)
  }
}
