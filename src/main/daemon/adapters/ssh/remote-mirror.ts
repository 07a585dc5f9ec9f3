import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { HostUnreachable, type RunPlace } from '../../host/port.ts'
import { parseRecord } from '../../host/record.ts'
import { shareLooks } from '../../host/shared-looks.ts'
import { FileCopy } from './file-copy.ts'
import { LogMirror, type LogMirrorOptions } from './log-mirror.ts'
import { LogStreams } from './log-streams.ts'
import type { SshConnection } from './port.ts'
import { quote } from './quote.ts'
import { blockBytes, fetchBytes, type Listing, listFiles, type MachineLoad } from './remote-bytes.ts'
import { type RemoteFiles, remoteFilesOf } from './remote-places.ts'
import type { RemoteShell } from './remote-shell.ts'

export type MirrorOptions = LogMirrorOptions & {
  /** How often runs are looked at while some are kept. */
  readonly pullMs: number
  /** What went wrong here, such as a full disk; what is missing is copied later. */
  readonly onError: (error: unknown) => void
  /** What the machine uses comes along with each look. */
  readonly onLoad: (load: MachineLoad) => void
}

/** While somebody reads along, and the machine has no command that tells of new bytes at once. */
const followedPullMs = 100
/** A program that was just started says soon what became of it. */
const afterLaunchMs = 40
/** Something is left to copy. */
const behindMs = 20
/** Nothing of what is kept runs. */
const endedPullMs = 5000

/** Of one log at a time, so that a flood of one leaves room for the others. */
const bytesPerLog = 2 * 1024 * 1024
const bytesPerRound = 8 * 1024 * 1024

/** Records wait so long for the logs before them: who sees the end of a run should find all that it wrote. */
const logsFirstMs = 1000

/** A record has some hundred bytes; more is none. */
const recordBlocks = 16

/** How long a release may wait for the last lines, and `refresh` for its look. */
const momentMs = 3000

type KeptRun = {
  readonly place: RunPlace
  readonly remote: RemoteFiles
  readonly record: FileCopy
  readonly logs: readonly LogMirror[]
  /** Set by `release`; the run goes when what is listed after that is copied. */
  leaving: (() => void) | null
  hasEnded: boolean
}

/**
 * Keeps the copies of records and logs of the runs of one machine up to date: every look is one ask for the sizes of all
 * files, and what has grown is fetched. The copies themselves say where to go on, so nothing is lost or doubled by a lost
 * link or an end of the daemon.
 */
export class RemoteMirror {
  private readonly shell: RemoteShell
  private readonly options: MirrorOptions
  private readonly streams: LogStreams
  private readonly runs = new Map<string, KeptRun>()
  private readonly look = shareLooks(() => this.lookOnce())
  private readonly forgetStates: () => void
  private pumping: Promise<void> | null = null
  private lastProblem = ''
  private timer: NodeJS.Timeout | undefined
  private isClosed = false

  constructor(shell: RemoteShell, connection: SshConnection, options: MirrorOptions) {
    this.shell = shell
    this.options = options
    this.streams = new LogStreams(shell, connection, () => this.lookSoon(followedPullMs))
    this.forgetStates = connection.onState((state) => {
      if (state.kind === 'connected') this.lookSoon(0)
    })
  }

  /** See `ProcessHost.keep`. */
  keep(place: RunPlace): void {
    const before = this.runs.get(place.processId)
    if (before !== undefined && before.place.run === place.run && before.leaving === null) return
    before?.leaving?.()
    if (before !== undefined && before.place.run !== place.run) void this.removeRecord(before)
    this.runs.set(place.processId, this.runOf(place, before))
    this.lookSoon(0)
  }

  private runOf(place: RunPlace, before: KeptRun | undefined): KeptRun {
    const remote = remoteFilesOf(place)
    const { files } = place
    // The logs are those of all runs: what is known of them stays.
    const logs = before?.logs ?? [
      new LogMirror(remote.out, files.out, this.options),
      new LogMirror(remote.err, files.err, this.options),
    ]
    const record = new FileCopy(files.record)
    return { place, remote, logs, record, leaving: null, hasEnded: saysEnd(readQuietly(files.record)) }
  }

  /**
   * A run that was launched in this moment; `record` is what its record says. An end that is in it already is not copied
   * yet: what was written before it comes first.
   */
  async launched(place: RunPlace, record: Buffer): Promise<void> {
    const { files } = place
    for (const log of [files.out, files.err]) await new FileCopy(log).write(0, Buffer.alloc(0))
    await new FileCopy(files.record).write(0, record.subarray(0, endOfStart(record)))
    this.keep(place)
    this.lookSoon(afterLaunchMs)
  }

  /** See `ProcessHost.release`. */
  async release(processId: string): Promise<void> {
    const run = this.runs.get(processId)
    this.streams.want(processId, false, run?.logs ?? [])
    if (run === undefined || run.leaving !== null) return
    const { promise, resolve } = Promise.withResolvers<void>()
    run.leaving = resolve
    if (!this.shell.isConnected) return
    this.lookSoon(0)
    await within(promise, momentMs)
  }

  /** See `ProcessHost.refresh`. */
  async refresh(processId: string): Promise<void> {
    if (!this.runs.has(processId) || !this.shell.isConnected) return
    await within(this.look(null), momentMs)
  }

  /** Whether somebody reads the logs of this process as they come. */
  followed(processId: string, isFollowed: boolean): void {
    this.streams.want(processId, isFollowed, this.runs.get(processId)?.logs ?? [])
    if (isFollowed) this.lookSoon(0)
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.timer)
    this.forgetStates()
    this.streams.close()
  }

  private lookSoon(ms: number): void {
    if (this.isClosed) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.lookAndGoOn(), ms)
    this.timer.unref()
  }

  private async lookAndGoOn(): Promise<void> {
    await this.look(null)
    if (this.runs.size > 0 && this.shell.isConnected) this.lookSoon(this.pause())
  }

  private pause(): number {
    const runs = [...this.runs.values()]
    if (this.pumping === null && runs.some(({ logs }) => logs.some((log) => log.isBehind))) return behindMs
    if (this.streams.needsPulls) return Math.min(followedPullMs, this.options.pullMs)
    return runs.every(({ hasEnded }) => hasEnded) ? Math.max(endedPullMs, this.options.pullMs) : this.options.pullMs
  }

  /** Never rejects. */
  private async lookOnce(): Promise<void> {
    if (this.runs.size === 0 || !this.shell.isConnected) return
    try {
      await this.pull()
    } catch (error) {
      this.report(error)
    }
  }

  private async pull(): Promise<void> {
    const runs = [...this.runs.values()]
    const leaving = runs.filter((run) => run.leaving !== null)
    const copied = new Map(runs.flatMap(({ logs }) => logs.map((log) => [log, log.copy.size] as const)))
    const listing = await listFiles(
      this.shell,
      runs.flatMap(({ remote: { record, out, err } }) => [record, out, err]),
    )
    this.options.onLoad(listing.load)
    for (const [log, size] of copied) {
      const now = listing.sizes.get(log.remotePath)
      // A log that was removed is still written by whoever has it open; our copy of it stays.
      if (now !== undefined) log.sized(now, size)
    }
    const records = await this.fetchRecords(runs, listing)
    await within(this.pump(), logsFirstMs)
    for (const { run, bytes } of records) await this.takeRecord(run, bytes)
    await this.streams.update(
      runs.flatMap(({ place, logs }) => logs.map((log) => ({ processId: place.processId, log }))),
    )
    for (const run of leaving) await this.letGo(run)
  }

  private async fetchRecords(runs: readonly KeptRun[], { sizes }: Listing) {
    const grown = runs.filter(({ record, remote }) => (sizes.get(remote.record) ?? 0) > record.size)
    if (grown.length === 0) return []
    const wanted = grown.map(({ remote }) => ({ path: remote.record, from: 0, blocks: recordBlocks }))
    const texts = await fetchBytes(this.shell, wanted, 'quick')
    return grown.map((run, index) => ({ run, bytes: texts[index] ?? Buffer.alloc(0) }))
  }

  private async takeRecord(run: KeptRun, bytes: Buffer): Promise<void> {
    await run.record.write(0, bytes)
    if (saysEnd(bytes.toString('utf8'))) run.hasEnded = true
  }

  /** Fetches what the logs have; one at a time, and shared by those who want it. */
  private pump(): Promise<void> {
    this.pumping ??= this.pumpAll().finally(() => {
      this.pumping = null
    })
    return this.pumping
  }

  /** Never rejects. */
  private async pumpAll(): Promise<void> {
    try {
      await this.restartReplaced()
      while (await this.pumpRound());
      this.lastProblem = ''
    } catch (error) {
      this.report(error)
    }
  }

  private logs(): LogMirror[] {
    return [...new Set([...this.runs.values()].flatMap((run) => run.logs))]
  }

  private async restartReplaced(): Promise<void> {
    for (const log of this.logs().filter((one) => one.isReplaced)) {
      await this.streams.stop(log)
      await log.restart()
    }
  }

  /** True where there may be more to fetch. */
  private async pumpRound(): Promise<boolean> {
    let room = bytesPerRound
    const round = this.logs().flatMap((log) => {
      const wanted = room > 0 ? log.next(Math.min(bytesPerLog, room)) : null
      if (wanted === null) return []
      room -= wanted.blocks * blockBytes
      return [{ log, wanted, size: log.copy.size }]
    })
    if (round.length === 0) return false
    const texts = await fetchBytes(
      this.shell,
      round.map(({ wanted }) => wanted),
      'slow',
    )
    for (const [index, { log, wanted }] of round.entries()) await log.take(wanted, texts[index] ?? Buffer.alloc(0))
    // Without growth it was cut or replaced in this moment: the next look at the sizes tells.
    return round.some(({ log, size }) => log.copy.size > size)
  }

  /** A full disk is told once, not twice a second. The next connection brings what a lost one lacked. */
  private report(error: unknown): void {
    if (error instanceof HostUnreachable) return
    const problem = error instanceof Error ? error.message : String(error)
    if (problem !== this.lastProblem) this.options.onError(error)
    this.lastProblem = problem
  }

  /** What was listed after it was released is copied: it may go, and its record there with it. */
  private async letGo(run: KeptRun): Promise<void> {
    if (run.leaving === null || run.logs.some((log) => !log.isUpToDate)) return
    run.leaving()
    const { processId } = run.place
    if (this.runs.get(processId) === run) this.runs.delete(processId)
    await this.removeRecord(run)
  }

  /** On the machine, once all of it is here: nobody looks there again. Never rejects. */
  private async removeRecord({ hasEnded, remote }: KeptRun): Promise<void> {
    if (!hasEnded || !this.shell.isConnected) return
    try {
      await this.shell.ask(
        ({ state }) => `cd -- ${quote(state)} && rm -f -- ${remote.record}`,
        () => null,
      )
    } catch (error) {
      this.report(error)
    }
  }
}

/** Behind the line that tells what the program is. */
function endOfStart(record: Buffer): number {
  const start = record.indexOf('\nS ')
  return record.indexOf('\n', start + 1) + 1
}

function saysEnd(text: string): boolean {
  const { end, execFailure } = parseRecord(text)
  return end !== null || execFailure !== null
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Waits for it, but no longer than this. */
async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  const limit = new AbortController()
  await Promise.race([promise, delay(ms, null, { signal: limit.signal, ref: false }).catch(() => null)])
  limit.abort()
}
