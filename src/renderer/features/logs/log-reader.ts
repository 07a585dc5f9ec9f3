import type { Client } from '../../../shared/client/client.ts'
import type { LogFindHit, LogPlace, LogStreams } from '../../../shared/contract/contract.ts'
import { decodeLogPart, type LogSegment } from '../../../shared/contract/log-part.ts'
import type { Failure } from '../../../shared/domain/result.ts'
import { LogLines } from './log-lines.ts'

// A few screens; older lines come when somebody scrolls up to them.
const firstLines = 2000
const olderBytes = 256 * 1024
// The most that is read backwards to reach a hit inside the merged view; beyond it only the stream of the hit is shown.
const mostBytesBack = 32 * 1024 * 1024
const backStepBytes = 2 * 1024 * 1024
// With somebody reading further up, so many new lines are taken before the stream is made to wait.
const mostUnseen = 200_000
// Several parts of the daemon (64 KiB each): a follower keeps up with tens of megabytes per second.
const bytesPerFrame = 512 * 1024
/** A place behind every end: the daemon takes the end instead. */
const behindEnd = Number.MAX_SAFE_INTEGER

export type LogReaderState = {
  /** Grows with every change of the lines. */
  readonly version: number
  /** `opening` until the first lines came or the file proved to be empty. */
  readonly phase: 'opening' | 'open' | 'failed'
  readonly failure: Failure | null
  /** A stream that ends has brought everything there is. */
  readonly complete: boolean
  readonly atStart: boolean
  readonly loadingOlder: boolean
  /** False after older lines pushed out the newest ones. */
  readonly live: boolean
  /** Lines that came while somebody was reading further up. */
  readonly unseen: number
  /** True while more would come but waits. */
  readonly held: boolean
}

export type LogReaderOptions = {
  readonly client: Pick<Client, 'bytes'>
  readonly id: string
  readonly streams: LogStreams
  /** Waits until what was read has been drawn; paces the stream. */
  readonly drawn: () => Promise<void>
}

type Change = Partial<LogReaderState> & { readonly grown?: boolean }

/** Reads the log of one process into a window of lines, follows it, and pages back and forth in it. */
export class LogReader {
  lines = new LogLines()
  private current: LogReaderState = {
    version: 0,
    phase: 'opening',
    failure: null,
    complete: false,
    atStart: false,
    loadingOlder: false,
    live: true,
    unseen: 0,
    held: false,
  }
  private told = this.current
  private drawing: Promise<void> | null = null
  private undrawnBytes = 0
  private readonly listeners = new Set<() => void>()
  private readonly options: LogReaderOptions
  private tail: AbortController | null = null
  private reading = false
  private follows = false
  private resume: () => void = () => {}
  private older: Promise<number> | null = null

  constructor(options: LogReaderOptions) {
    this.options = options
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** As of the last time that listeners were told. */
  readonly state = (): LogReaderState => this.told

  /** Reads the last lines; goes on with what comes while the process may be running. */
  open(follow: boolean): void {
    this.follows = follow
    void this.readTail(null)
  }

  close(): void {
    this.tail?.abort()
    this.tail = null
    this.resume()
  }

  /** A process that began anew writes on; a stream that had ended is opened again. */
  followOn(): void {
    this.follows = true
    if (this.current.complete && this.current.live) void this.readTail(this.endPlace())
  }

  /** Says whether somebody reads further up (nothing may be dropped there) or watches the end. */
  setReading(reading: boolean): void {
    if (this.reading === reading) return
    this.reading = reading
    if (!reading) {
      this.resume()
      this.lines.trimStart()
      if (this.current.unseen > 0) this.change({ unseen: 0 })
    }
  }

  /** The newest lines, whatever the window shows now. */
  toEnd(): void {
    const { live, held } = this.current
    this.setReading(false)
    if (live && !held) return
    this.restart()
    void this.readTail(null)
  }

  /** Puts older lines in front and gives their number; 0 at the start of the files or when they cannot be read. */
  async loadOlder(maxBytes = olderBytes): Promise<number> {
    if (this.current.atStart) return 0
    if (this.older) return this.older
    this.older = this.readOlder(maxBytes)
    const added = await this.older
    this.older = null
    return added
  }

  private async readOlder(maxBytes: number): Promise<number> {
    this.change({ loadingOlder: true })
    const { lines } = this
    const segments = await this.readBefore(this.startPlace(), maxBytes)
    if (lines !== this.lines) return 0
    const added = segments === null ? 0 : lines.prepend(segments)
    this.dropNewest()
    this.change({ loadingOlder: false, atStart: segments !== null && added === 0, grown: added > 0 })
    return added
  }

  /** Makes the line of a hit part of the window: `far` when that is only possible for its stream alone. */
  async reach(hit: LogFindHit): Promise<'here' | 'far'> {
    const isNear = () => (this.lines.start(hit.stream) ?? 0) - hit.offset <= mostBytesBack
    while (!this.holds(hit) && isNear()) {
      if ((await this.loadOlder(backStepBytes)) === 0) break
    }
    if (this.holds(hit)) return 'here'
    if (this.options.streams === 'both') return 'far'
    await this.openAt(hit)
    return 'here'
  }

  private holds({ stream, offset }: LogFindHit): boolean {
    const start = this.lines.start(stream)
    const end = this.lines.end(stream)
    return start !== null && end !== null && offset >= start && offset < end
  }

  /** A window around one line of the only stream; what follows it is read on. */
  private async openAt(hit: LogFindHit): Promise<void> {
    this.restart()
    this.reading = true
    const behind = hit.offset + hit.length + 1
    const place = { out: behind, err: behind }
    const segments = await this.readBefore(place, olderBytes)
    this.lines.append(segments ?? [])
    this.change({ grown: true, phase: 'open' })
    void this.readTail(place)
  }

  private restart(): void {
    this.tail?.abort()
    this.lines = new LogLines()
    this.change({
      grown: true,
      atStart: false,
      live: true,
      held: false,
      unseen: 0,
      complete: false,
      loadingOlder: false,
    })
  }

  private async readTail(from: LogPlace | null): Promise<void> {
    this.tail?.abort()
    const tail = new AbortController()
    this.tail = tail
    this.change({ complete: false, live: true })
    const input = {
      target: { id: this.options.id },
      streams: this.options.streams,
      from,
      lines: from === null ? firstLines : null,
      follow: this.follows,
    }
    const ended = await this.options.client.bytes('logs.tail', input, {
      signal: tail.signal,
      onPart: (part) => (tail.signal.aborted ? undefined : this.take(decodeLogPart(part))),
      advance: (before) => ({ ...before, from: this.endPlace(), lines: null }),
    })
    if (tail.signal.aborted) return
    if (ended.ok && this.follows && !input.follow) return this.readTail(this.endPlace())
    if (ended.ok) this.change({ complete: true, phase: 'open' })
    else this.change({ phase: 'failed', failure: ended })
  }

  private async take(segments: readonly LogSegment[]): Promise<void> {
    const added = this.lines.append(segments)
    if (!this.reading) this.lines.trimStart()
    const bytes = segments.reduce((sum, segment) => sum + segment.bytes.length, 0)
    await this.draw({ grown: true, phase: 'open', unseen: this.reading ? this.current.unseen + added : 0 }, bytes)
    while (this.reading && (this.current.unseen >= mostUnseen || this.lines.isFull) && !this.tail?.signal.aborted) {
      this.change({ held: true })
      await new Promise<void>((resolve) => {
        this.resume = resolve
      })
      this.change({ held: false })
    }
  }

  /** Tells of a change with the next frame. A flood fills a frame with several parts, but not with any number. */
  private async draw(change: Change, bytes: number): Promise<void> {
    this.update(change)
    this.undrawnBytes += bytes
    this.drawing ??= this.options.drawn().then(() => {
      this.drawing = null
      this.undrawnBytes = 0
      this.tell()
    })
    if (this.undrawnBytes >= bytesPerFrame) await this.drawing
  }

  private async readBefore(before: LogPlace, maxBytes: number): Promise<LogSegment[] | null> {
    const segments: LogSegment[] = []
    const input = { target: { id: this.options.id }, streams: this.options.streams, before, maxBytes }
    const ended = await this.options.client.bytes('logs.before', input, {
      signal: new AbortController().signal,
      onPart: (part) => void segments.push(...decodeLogPart(part)),
      // After a lost connection it begins again; what came twice is recognised by its place.
      advance: (same) => same,
    })
    return ended.ok ? segments : null
  }

  /** A full window loses its newest lines to the older ones that somebody asked for. */
  private dropNewest(): void {
    if (!this.lines.isFull || this.lines.trimEnd() === 0) return
    this.tail?.abort()
    this.change({ live: false })
  }

  private startPlace(): LogPlace {
    return { out: this.lines.start('out') ?? behindEnd, err: this.lines.start('err') ?? behindEnd }
  }

  /** Where to read on. A stream that was silent so far is read from its start; the window knows what is older. */
  private endPlace(): LogPlace {
    return { out: this.lines.end('out') ?? 0, err: this.lines.end('err') ?? 0 }
  }

  private change(change: Change): void {
    this.update(change)
    this.tell()
  }

  private update({ grown = false, ...rest }: Change): void {
    this.current = { ...this.current, ...rest, version: this.current.version + (grown ? 1 : 0) }
  }

  private tell(): void {
    this.told = this.current
    for (const listener of this.listeners) listener()
  }
}
