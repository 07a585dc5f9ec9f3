import type { LogMirror } from './log-mirror.ts'
import { LogStream } from './log-stream.ts'
import type { SshConnection } from './port.ts'
import type { RemoteShell } from './remote-shell.ts'

/** OpenSSH allows ten sessions on a connection (MaxSessions); the shells need some, and a person may want one. */
const mostStreams = 4

/** A host that allowed no more sessions is asked again after this. */
const refusedMs = 60_000

/** A log that is further behind is fetched first: a stream would read all of it from the beginning of a backlog. */
const nearBytes = 1024 * 1024

/** A stream that brings nothing for so long, although there is more, is dead. */
const stalledMs = 3000

/** One log of a process. */
export type StreamedLog = { readonly processId: string; readonly log: LogMirror }

type Open = { readonly stream: LogStream; behindSince: number | null }

/** Which logs are followed with a command of their own, a few at most: those that somebody reads as they come. */
export class LogStreams {
  private readonly shell: RemoteShell
  private readonly connection: SshConnection
  private readonly wanted = new Set<string>()
  private readonly open = new Map<LogMirror, Open>()
  private readonly onEnd: () => void
  private followed: readonly LogMirror[] = []
  private refusedAt = Number.NEGATIVE_INFINITY

  /** `onEnd` is called when a stream has ended: what it would have brought must be looked for. */
  constructor(shell: RemoteShell, connection: SshConnection, onEnd: () => void) {
    this.shell = shell
    this.connection = connection
    this.onEnd = onEnd
  }

  /** True where somebody reads along, and only frequent looks bring what is new. */
  get needsPulls(): boolean {
    return this.followed.some((log) => !this.open.has(log))
  }

  /** `logs` are those of the process. */
  want(processId: string, isWanted: boolean, logs: readonly LogMirror[]): void {
    if (isWanted) {
      this.wanted.add(processId)
      return
    }
    this.wanted.delete(processId)
    this.followed = this.followed.filter((log) => !logs.includes(log))
    for (const log of logs) this.open.get(log)?.stream.stop()
  }

  /** Opens what is wanted and near its end, and ends what brings nothing although there is more. */
  async update(logs: readonly StreamedLog[]): Promise<void> {
    const wanted = logs.filter(({ processId }) => this.wanted.has(processId))
    this.followed = wanted.map(({ log }) => log)
    const { state, followsAtOnce } = await this.shell.machine()
    const mayOpen = followsAtOnce && Date.now() - this.refusedAt > refusedMs
    for (const { log } of wanted) {
      this.check(log)
      const isNear = log.remoteSize - log.copy.size < nearBytes && !log.isReplaced
      if (mayOpen && isNear && !this.open.has(log) && this.open.size < mostStreams) this.start(state, log)
    }
  }

  private start(state: string, log: LogMirror): void {
    const stream = new LogStream(this.connection, state, log)
    this.open.set(log, { stream, behindSince: null })
    void stream.done.then((end) => {
      this.open.delete(log)
      if (end === 'refused') this.refusedAt = Date.now()
      this.onEnd()
    })
  }

  private check(log: LogMirror): void {
    const open = this.open.get(log)
    if (open === undefined) return
    if (log.isUpToDate) open.behindSince = null
    else open.behindSince ??= Date.now()
    if (open.behindSince !== null && Date.now() - open.behindSince > stalledMs) open.stream.stop()
  }

  /** Ends the stream of this log, if there is one. */
  async stop(log: LogMirror): Promise<void> {
    const open = this.open.get(log)
    open?.stream.stop()
    await open?.stream.done
  }

  close(): void {
    this.wanted.clear()
    for (const { stream } of this.open.values()) stream.stop()
  }
}
