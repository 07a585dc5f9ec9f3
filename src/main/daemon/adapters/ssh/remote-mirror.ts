import { setTimeout as delay } from 'node:timers/promises'
import { HostUnreachable, type RunPlace } from '../../host/port.ts'
import { shareLooks } from '../../host/shared-looks.ts'
import { FileCopy } from './file-copy.ts'
import { endOfStart, type KeptRun, keptRunOf, saysEnd } from './kept-run.ts'
import type { LogMirrorOptions } from './log-mirror.ts'
import { LogPump } from './log-pump.ts'
import { LogStreams } from './log-streams.ts'
import { trimLogs } from './log-trim.ts'
import type { SshConnection } from './port.ts'
import { quote } from './quote.ts'
import { fetchBytes, type Listing, listFiles, type MachineLoad } from './remote-bytes.ts'
import type { RemoteShell } from './remote-shell.ts'

export type MirrorOptions = LogMirrorOptions & {
  /** How often runs are looked at while some are kept. */
  readonly pullMs: number
  /** How much of a log stays on its machine once it is copied; never less than what may still be copied. */
  readonly remoteLogBytes: number
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

/** Records wait so long for the logs before them: who sees the end of a run should find all that it wrote. */
const logsFirstMs = 1000

/** A record has some hundred bytes; more is none. */
const recordBlocks = 16

/** How long a release may wait for the last lines, and `refresh` for its look. */
const momentMs = 3000

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
  private readonly pump: LogPump
  private readonly problems = { pull: '', pump: '' }
  private timer: NodeJS.Timeout | undefined
  private dueAt = Number.POSITIVE_INFINITY
  private isClosed = false

  constructor(shell: RemoteShell, connection: SshConnection, options: MirrorOptions) {
    this.shell = shell
    this.options = options
    this.streams = new LogStreams(shell, connection, () => this.lookSoon(followedPullMs))
    this.pump = new LogPump({
      ...{ shell, streams: this.streams },
      logs: () => [...new Set([...this.runs.values()].flatMap(({ logs }) => logs))],
      onDone: (error) => this.report('pump', error),
    })
    this.forgetStates = connection.onState((state) => {
      if (state.kind === 'connected') this.lookSoon(0)
    })
  }

  /** See `ProcessHost.keep`. */
  keep(place: RunPlace): void {
    if (this.add(place)) this.lookSoon(0)
  }

  /** False when this run is kept already. */
  private add(place: RunPlace): boolean {
    const before = this.runs.get(place.processId)
    if (before !== undefined && before.place.run === place.run && before.leaving === null) return false
    before?.leaving?.()
    if (before !== undefined && before.place.run !== place.run) void this.removeRecord(before)
    this.runs.set(place.processId, keptRunOf(place, before, this.options))
    return true
  }

  /**
   * A run that was launched in this moment; `record` is what its record says. An end that is in it already is not copied
   * yet: what was written before it comes first.
   */
  launched(place: RunPlace, record: Buffer): void {
    const { files } = place
    for (const log of [files.out, files.err]) new FileCopy(log).writeNow(0, Buffer.alloc(0))
    new FileCopy(files.record).writeNow(0, record.subarray(0, endOfStart(record)))
    this.add(place)
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

  /** Copies nothing more of this process, not even what is on its way. */
  forget(processId: string): void {
    const run = this.runs.get(processId)
    if (run === undefined) return
    this.streams.want(processId, false, run.logs)
    for (const log of run.logs) log.isForgotten = true
    this.runs.delete(processId)
    run.leaving?.()
  }

  /** See `ProcessHost.refresh`. */
  async refresh(processId: string): Promise<void> {
    if (this.runs.has(processId)) await this.refreshAll()
  }

  /** Brings all copies up to date, as far as a moment allows. */
  async refreshAll(): Promise<void> {
    if (this.shell.isConnected) await within(this.look(null), momentMs)
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

  /** Never puts off a look that comes sooner. */
  private lookSoon(ms: number): void {
    const dueAt = performance.now() + ms
    if (this.isClosed || dueAt >= this.dueAt) return
    clearTimeout(this.timer)
    this.dueAt = dueAt
    this.timer = setTimeout(() => void this.lookAndGoOn(), ms)
    this.timer.unref()
  }

  private async lookAndGoOn(): Promise<void> {
    this.dueAt = Number.POSITIVE_INFINITY
    await this.look(null)
    if (this.runs.size > 0 && this.shell.isConnected) this.lookSoon(this.pause())
  }

  private pause(): number {
    const runs = [...this.runs.values()]
    if (!this.pump.isAtWork && runs.some(({ logs }) => logs.some((log) => log.isBehind))) return behindMs
    if (this.streams.needsPulls) return Math.min(followedPullMs, this.options.pullMs)
    return runs.every(({ hasEnded }) => hasEnded) ? Math.max(endedPullMs, this.options.pullMs) : this.options.pullMs
  }

  /** Never rejects. */
  private async lookOnce(): Promise<void> {
    if (this.runs.size === 0 || !this.shell.isConnected) return
    try {
      await this.pull()
    } catch (error) {
      this.report('pull', error)
    }
  }

  private async pull(): Promise<void> {
    const runs = [...this.runs.values()]
    const leaving = runs.filter((run) => run.leaving !== null)
    const logs = [...new Set(runs.flatMap((run) => run.logs))]
    const listing = await this.lookAtSizes(runs)
    const records = await this.fetchRecords(runs, listing)
    const over = records.filter(({ bytes }) => saysEnd(bytes.toString('utf8'))).map(({ run }) => run)
    // What it wrote last may be younger than the first look.
    if (over.length > 0) await this.lookAtSizes(over)
    await within(this.pump.pump(), logsFirstMs)
    const isKept = (run: KeptRun) => this.runs.get(run.place.processId) === run
    for (const { run, bytes } of records) if (isKept(run)) await run.record.write(0, bytes)
    for (const run of over) run.hasEnded = true
    await this.streams.update(
      runs.filter(isKept).flatMap((run) => run.logs.map((log) => ({ processId: run.place.processId, log }))),
    )
    await trimLogs(this.shell, logs, Math.max(this.options.remoteLogBytes, this.options.backlogBytes))
    for (const run of leaving) await this.letGo(run)
    this.report('pull', null)
  }

  private async lookAtSizes(runs: readonly KeptRun[]): Promise<Listing> {
    const copied = new Map(runs.flatMap(({ logs }) => logs.map((log) => [log, log.copy.size] as const)))
    const paths = runs.flatMap(({ remote: { record, out, err } }) => [record, out, err])
    const listing = await listFiles(this.shell, paths)
    this.options.onLoad(listing.load)
    for (const [log, size] of copied) {
      const now = listing.sizes.get(log.remotePath)
      // A log that was removed is still written by whoever has it open; our copy of it stays.
      if (now !== undefined) log.sized(now, size)
    }
    return listing
  }

  private async fetchRecords(runs: readonly KeptRun[], { sizes }: Listing) {
    const grown = runs.filter(({ record, remote }) => (sizes.get(remote.record) ?? 0) > record.size)
    if (grown.length === 0) return []
    const wanted = grown.map(({ remote }) => ({ path: remote.record, from: 0, blocks: recordBlocks }))
    const texts = await fetchBytes(this.shell, wanted, 'quick')
    return grown.map((run, index) => ({ run, bytes: texts[index] ?? Buffer.alloc(0) }))
  }

  /** A full disk is told once, not twice a second. The next connection brings what a lost one lacked. */
  private report(work: 'pull' | 'pump', error: unknown): void {
    if (error instanceof HostUnreachable) return
    const problem = error === null ? '' : error instanceof Error ? error.message : String(error)
    if (error !== null && problem !== this.problems[work]) this.options.onError(error)
    this.problems[work] = problem
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
      this.report('pull', error)
    }
  }
}

/** Waits for it, but no longer than this. */
async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  const limit = new AbortController()
  await Promise.race([promise, delay(ms, null, { signal: limit.signal, ref: false }).catch(() => null)])
  limit.abort()
}
