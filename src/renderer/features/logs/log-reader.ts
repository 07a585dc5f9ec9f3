import type { LogPlace, LogStreams } from '../../../shared/contract/contract.ts'
import type { LogSegment } from '../../../shared/contract/log-part.ts'
import type { Failure, Result } from '../../../shared/domain/result.ts'
import { fileOf, filesOf, offsetsOf, placesOf } from './log-files.ts'
import { LogLines, type WindowLimits, windowLimits } from './log-lines.ts'
import { type LogClient, LogSource } from './log-source.ts'

// A few screens; older lines come when somebody scrolls up to them.
const firstLines = 2000
const pageBytes = 256 * 1024
// So near to the window a line is read up to; one further away gets a window of its own.
const nearBytes = 4 * 1024 * 1024
const nearStepBytes = 2 * 1024 * 1024
// With somebody reading further up, so many new lines are taken before the stream is made to wait.
const mostUnseen = 200_000
// Several parts of the daemon (64 KiB each): a follower keeps up with tens of megabytes per second.
const bytesPerFrame = 512 * 1024
// Far more lines than pass through any window, so that no id comes twice.
const idsPerWindow = 10_000_000_000
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
  readonly loading: 'older' | 'newer' | null
  /** True while the window goes on to the end; false for one that lies further up. */
  readonly live: boolean
  /** Lines that the stream has brought so far. */
  readonly arrived: number
  /** Lines that came while somebody was reading further up. */
  readonly unseen: number
  /** True while more would come but waits. */
  readonly held: boolean
}

export type LogReaderOptions = {
  readonly client: LogClient
  readonly ids: readonly string[]
  readonly streams: LogStreams
  /** Waits until what was read has been drawn; paces the stream. */
  readonly drawn: () => Promise<void>
  readonly limits?: WindowLimits
}

/** One line by its place. */
export type LinePlace = { readonly file: number; readonly offset: number }

type Change = Partial<LogReaderState> & { readonly grown?: boolean }

/** Reads the logs of some processes into a window of lines, follows them, and pages back and forth in them. */
export class LogReader {
  readonly source: LogSource
  readonly files: readonly number[]
  lines: LogLines
  private current: LogReaderState = {
    version: 0,
    phase: 'opening',
    failure: null,
    complete: false,
    atStart: false,
    loading: null,
    live: true,
    arrived: 0,
    unseen: 0,
    held: false,
  }
  private told = this.current
  private drawing: Promise<void> | null = null
  private undrawnBytes = 0
  private readonly listeners = new Set<() => void>()
  private readonly options: LogReaderOptions
  /** Ends with the window: with another one everything that was under way for it is void. */
  private window = new AbortController()
  private windows = 0
  private tail: AbortController | null = null
  private reading = false
  private follows = false
  private resume: () => void = () => {}
  private paging: Promise<number> | null = null
  /** Where a file goes on that the window has seen nothing of. */
  private silentFrom: readonly number[] = []

  constructor(options: LogReaderOptions) {
    this.options = options
    this.source = new LogSource(options.client, options.ids, options.streams)
    this.files = filesOf(options.ids.length, options.streams)
    this.lines = this.emptyLines()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Where the window begins in a file; of one that is silent here, where it goes on. Null when that is not known. */
  startOf(file: number): number | null {
    return this.lines.start(file) ?? this.silentFrom[file] ?? null
  }

  /** As of the last time that listeners were told. */
  readonly state = (): LogReaderState => this.told

  /** Reads the last lines; goes on with what comes while a process may be running. */
  open(follow: boolean): void {
    this.follows = follow
    void this.readEnd()
  }

  close(): void {
    this.window.abort()
    this.tail?.abort()
    this.tail = null
    this.resume()
  }

  /** Tries again what failed, from where it is. */
  retry(): void {
    this.change({ phase: 'opening', failure: null })
    if (!this.current.live) void this.loadNewer()
    else void (this.lines.count === 0 ? this.readEnd() : this.readTail(this.endPlaces()))
  }

  /** A process that began anew writes on; a stream that had ended is opened again. */
  followOn(): void {
    this.follows = true
    if (this.current.complete && this.current.live) void this.readTail(this.endPlaces())
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
    this.restart({ live: true })
    void this.readEnd()
  }

  /** Puts older lines in front and gives their number; 0 at the start of the files or when they cannot be read. */
  async loadOlder(maxBytes = pageBytes): Promise<number> {
    return this.current.atStart ? 0 : this.page(() => this.readOlder(maxBytes))
  }

  /** Reads on behind a window that does not go on to the end, until it does. */
  async loadNewer(): Promise<number> {
    return this.current.live ? 0 : this.page(() => this.readNewer())
  }

  private async page(read: () => Promise<number>): Promise<number> {
    if (this.paging) return this.paging
    this.paging = read()
    const added = await this.paging
    this.paging = null
    return added
  }

  private async readOlder(maxBytes: number): Promise<number> {
    const { lines, window } = this
    const from = this.startPlaces()
    this.change({ loading: 'older' })
    const segments = await this.source.before(from, maxBytes, window.signal)
    if (window.signal.aborted) return 0
    const added = segments.ok ? lines.prepend(segments.value) : 0
    const moved = segments.ok && String(offsetsOf(from)) !== String(offsetsOf(this.startPlaces()))
    this.dropNewest()
    this.change({ loading: null, atStart: segments.ok && !moved, grown: moved })
    if (!segments.ok) this.change({ failure: segments, phase: 'failed' })
    return added
  }

  private async readNewer(): Promise<number> {
    const { lines, window } = this
    const enough = new AbortController()
    let bytes = 0
    let added = 0
    this.change({ loading: 'newer' })
    const ended = await this.source.tail(
      { from: this.endPlaces(), lines: null, follow: false },
      {
        signal: AbortSignal.any([window.signal, enough.signal]),
        onSegments: (segments) => {
          added += lines.append(segments)
          bytes += byteCount(segments)
          if (bytes >= pageBytes) enough.abort()
        },
        resume: () => this.endPlaces(),
      },
    )
    if (window.signal.aborted) return 0
    if (lines.isFull && lines.trimStart() > 0) this.update({ atStart: false })
    this.change({ loading: null, grown: true, phase: 'open' })
    if (ended.ok) void this.readTail(this.endPlaces())
    else if (!enough.signal.aborted) this.change({ failure: ended, phase: 'failed' })
    return added
  }

  /** Makes a line part of the window. Fails where it cannot be read. */
  async reach({ file, offset }: LinePlace): Promise<Result<void>> {
    const isNear = () => {
      const distance = (this.lines.start(file) ?? 0) - offset
      return distance > 0 && distance <= nearBytes
    }
    while (!this.holds(file, offset) && isNear() && (await this.loadOlder(nearStepBytes)) > 0);
    if (this.holds(file, offset)) return { ok: true, value: undefined }
    const time = await this.source.timeAt(file, offset)
    const places = await this.source.placesAt(time)
    if (!places.ok) return places
    const offsets = [...offsetsOf(places.value)]
    offsets[file] = offset
    await this.openAt(offsets)
    return { ok: true, value: undefined }
  }

  /** Makes the lines around a moment part of the window; gives the index of the first one at it or later. */
  async reachTime(at: number): Promise<Result<number>> {
    const places = await this.source.placesAt(at)
    if (!places.ok) return places
    const offsets = offsetsOf(places.value)
    const isHere = this.files.every((file) => this.borders(file, offsets[file] ?? 0))
    if (!isHere) await this.openAt(offsets)
    const first = this.files.map((file) => this.lines.indexFrom(file, offsets[file] ?? 0))
    return { ok: true, value: Math.min(...first) }
  }

  /** Makes the oldest lines part of the window. Fails where they cannot be read. */
  async toStart(): Promise<Result<void>> {
    const places = await this.source.placesAt(0)
    if (!places.ok) return places
    const offsets = offsetsOf(places.value)
    const distance = () => this.files.reduce((sum, file) => sum + (this.startOf(file) ?? 0) - (offsets[file] ?? 0), 0)
    while (distance() <= nearBytes && (await this.loadOlder(nearStepBytes)) > 0);
    if (!this.files.every((file) => (this.startOf(file) ?? 0) <= (offsets[file] ?? 0))) await this.openAt(offsets)
    return { ok: true, value: undefined }
  }

  private holds(file: number, offset: number): boolean {
    return this.borders(file, offset) && offset < (this.lines.end(file) ?? 0)
  }

  private borders(file: number, offset: number): boolean {
    const start = this.lines.start(file)
    const end = this.lines.end(file)
    return start !== null && end !== null && offset >= start && offset <= end
  }

  /** A window around these places, one for each file. */
  private async openAt(offsets: readonly number[]): Promise<void> {
    this.restart({ live: false })
    this.reading = true
    for (const file of this.files) this.lines.begin(file, offsets[file] ?? 0)
    await this.loadOlder()
    await this.loadNewer()
  }

  private restart({ live }: { readonly live: boolean }): void {
    this.window.abort()
    this.window = new AbortController()
    this.tail?.abort()
    this.paging = null
    this.lines = this.emptyLines()
    this.change({
      grown: true,
      atStart: false,
      live,
      held: false,
      unseen: 0,
      complete: false,
      loading: null,
      failure: null,
      phase: 'opening',
    })
  }

  private emptyLines(): LogLines {
    this.windows += 1
    return new LogLines(this.options.limits ?? windowLimits, this.windows * idsPerWindow)
  }

  /** The ends are asked for first: what a silent stream says later begins there. */
  private async readEnd(): Promise<void> {
    const { window } = this
    const ends = await this.source.placesAt(null)
    if (window.signal.aborted) return
    this.silentFrom = ends.ok ? offsetsOf(ends.value) : []
    // A stream of an empty file that is followed has nothing to say, so its silence would tell nothing.
    const isEmpty = this.files.every((file) => (this.silentFrom[file] ?? 0) === 0)
    if (isEmpty) this.change({ phase: 'open' })
    await this.readTail(null)
  }

  private async readTail(from: readonly LogPlace[] | null): Promise<void> {
    this.tail?.abort()
    const tail = new AbortController()
    this.tail = tail
    this.change({ complete: false, live: true })
    const follow = this.follows
    const ended = await this.source.tail(
      { from, lines: from === null ? firstLines : null, follow },
      { signal: tail.signal, onSegments: (segments) => this.take(segments), resume: () => this.endPlaces() },
    )
    if (tail.signal.aborted) return
    if (ended.ok && this.follows && !follow) return this.readTail(this.endPlaces())
    if (ended.ok) this.change({ complete: true, phase: 'open' })
    else this.change({ phase: 'failed', failure: ended })
  }

  private async take(segments: readonly LogSegment[]): Promise<void> {
    if (segments.some((segment) => this.beganAnew(segment))) {
      this.restart({ live: true })
      void this.readEnd()
      return
    }
    const added = this.lines.append(segments)
    if (!this.reading && this.lines.trimStart() > 0) this.update({ atStart: false })
    const unseen = this.reading ? this.current.unseen + added : 0
    const arrived = this.current.arrived + added
    await this.draw({ grown: true, phase: 'open', failure: null, unseen, arrived }, byteCount(segments))
    while (this.reading && (this.current.unseen >= mostUnseen || this.lines.isFull) && !this.tail?.signal.aborted) {
      this.change({ held: true })
      await new Promise<void>((resolve) => {
        this.resume = resolve
      })
      this.change({ held: false })
    }
  }

  /** A file that was replaced or emptied is followed from its start again. */
  private beganAnew({ source, stream, offset }: LogSegment): boolean {
    return offset === 0 && (this.lines.end(fileOf(source, stream)) ?? 0) > 0
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

  /** A full window loses its newest lines to the older ones that somebody asked for. */
  private dropNewest(): void {
    if (!this.lines.isFull || this.lines.trimEnd() === 0) return
    this.tail?.abort()
    this.resume()
    this.change({ live: false, held: false, unseen: 0 })
  }

  private startPlaces(): LogPlace[] {
    return placesOf(this.options.ids.length, (file) => this.lines.start(file) ?? behindEnd)
  }

  /** Where to read on. */
  private endPlaces(): LogPlace[] {
    return placesOf(this.options.ids.length, (file) => this.lines.end(file) ?? this.silentFrom[file] ?? 0)
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

/** Bytes that the lines of some segments take. */
const byteCount = (segments: readonly LogSegment[]): number =>
  segments.reduce((sum, segment) => sum + (segment.kind === 'lines' ? segment.bytes.length : 0), 0)
