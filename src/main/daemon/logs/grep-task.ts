import type { LogStream } from './cursor.ts'
import type { KeptSpan } from './dropped-ranges.ts'
import { type BlockSearch, blockSearch, LineSearch, type Needle, windowBytes } from './line-search.ts'
import { blockBytes, PartPacker } from './part-packer.ts'
import { newline } from './reader.ts'
import type { SearchProgress } from './search-progress.ts'
import { TimeIndex } from './time-index.ts'

export type GrepFile = {
  readonly source: number
  readonly stream: LogStream
  readonly path: string
  readonly indexPath: string
  readonly spans: readonly KeptSpan[]
  /** When the bytes came that the stored index does not know yet: ms since 1970 UTC. */
  readonly lastTime: number
}

export type GrepTask = { readonly files: readonly GrepFile[]; readonly needle: Needle }

/** With many files a step is short, so that what waits for its turn stays little; but never as short as this. */
const leastStepBytes = 16_384

/**
 * Sends encoded parts of the lines that match as soon as their place in the order is certain: by time, at equal times in
 * the order of the files. Of several files the one whose next line is the oldest is searched next. `send` gets a part
 * and blocks until it was taken. Throws where a file cannot be read.
 */
export function grepFiles(
  task: GrepTask,
  progress: SearchProgress,
  send: (part: Uint8Array<ArrayBuffer>) => void,
): void {
  const window = Buffer.allocUnsafeSlow(windowBytes)
  const search = blockSearch(task.needle, () => progress.advance())
  const stepBytes = Math.max(leastStepBytes, Math.floor(windowBytes / task.files.length))
  const files = task.files.map((file) => new GreppedFile(file, { search, window, stepBytes, progress }))
  const packer = new PartPacker()
  try {
    for (let next = earliest(files, nextTime); next !== null; next = earliest(files, nextTime)) {
      next.step()
      for (let ready = earliestRun(files); ready !== null; ready = earliestRun(files)) {
        for (const segment of ready.takeRun()) {
          if (!packer.fits(segment)) send(packer.take())
          packer.add(segment)
        }
      }
      if (!packer.isEmpty) send(packer.take())
    }
  } finally {
    for (const file of files) file.close()
  }
}

/** The file with the smallest time; the first of several. Null where none has one. */
function earliest(files: readonly GreppedFile[], timeOf: (file: GreppedFile) => number | null): GreppedFile | null {
  let found: GreppedFile | null = null
  let least = Number.POSITIVE_INFINITY
  for (const file of files) {
    const time = timeOf(file)
    if (time === null || (found !== null && time >= least)) continue
    found = file
    least = time
  }
  return found
}

const nextTime = (file: GreppedFile): number | null => file.nextTime

/** The file whose first found lines come next, where no line that was not looked at yet can come before them. */
function earliestRun(files: readonly GreppedFile[]): GreppedFile | null {
  const found = earliest(files, (file) => file.runTime)
  const unsearched = earliest(files, nextTime)
  if (found === null || unsearched === null || found === unsearched) return found
  const foundTime = found.runTime ?? 0
  const otherTime = unsearched.nextTime ?? 0
  if (foundTime !== otherTime) return foundTime < otherTime ? found : null
  return files.indexOf(found) < files.indexOf(unsearched) ? found : null
}

/** Found lines that follow each other and came at the same time. */
type Run = { readonly start: number; end: number; readonly time: number }

type GreppedFileOptions = {
  readonly search: BlockSearch
  readonly window: Buffer
  readonly stepBytes: number
  readonly progress: SearchProgress
}

class GreppedFile {
  readonly #file: GrepFile
  readonly #search: LineSearch
  readonly #index: TimeIndex
  #runs: Run[] = []
  #taken = 0
  #nextTime: number | null

  constructor(file: GrepFile, { search, window, stepBytes, progress }: GreppedFileOptions) {
    this.#file = file
    const onRead = (bytes: number) => {
      progress.addRead(bytes)
      progress.advance()
    }
    this.#search = new LineSearch(file.path, window, { search, spans: file.spans, stepBytes, onRead })
    this.#index = new TimeIndex(file.indexPath, 'read')
    this.#nextTime = this.#timeOfNext()
  }

  /** No line that was not searched yet came before; null where there is none. */
  get nextTime(): number | null {
    return this.#nextTime
  }

  /** When the first found lines came that wait; null where none do. */
  get runTime(): number | null {
    return this.#runs[this.#taken]?.time ?? null
  }

  step(): void {
    const { position, spanEnd } = this.#search
    const found: KeptSpan[] = []
    this.#search.step(({ offset, length }) => {
      // With its newline, where it has one.
      found.push({ start: offset, end: Math.min(offset + length + 1, spanEnd) })
    })
    this.#addRuns(position, found)
    this.#nextTime = this.#timeOfNext()
  }

  /** Reads the first found lines that wait: in pieces that fit into a part, whole lines where one fits. */
  *takeRun() {
    const run = this.#runs[this.#taken]
    if (run === undefined) return
    this.#taken += 1
    const { source, stream } = this.#file
    for (let at = run.start; at < run.end; ) {
      const block = Buffer.allocUnsafeSlow(Math.min(blockBytes, run.end - at))
      const read = this.#search.read(at, block.length, block)
      if (read.length === 0) return
      const wholeLines = at + read.length < run.end ? read.lastIndexOf(newline) + 1 : 0
      const bytes = wholeLines > 0 ? read.subarray(0, wholeLines) : read
      yield { kind: 'lines', source, stream, offset: at, time: run.time, bytes } as const
      at += bytes.length
    }
  }

  close(): void {
    this.#search.close()
    this.#index.close()
  }

  #timeOfNext(): number | null {
    if (this.#search.isDone) return null
    return this.#index.timeAt(this.#search.position) ?? this.#file.lastTime
  }

  /** A line came when its last byte came. */
  #addRuns(from: number, found: readonly KeptSpan[]): void {
    this.#runs = this.#runs.slice(this.#taken)
    this.#taken = 0
    const entries = found.length === 0 ? [] : this.#index.entriesOver(from, found.at(-1)?.end ?? from)
    let entry = 0
    for (const { start, end } of found) {
      while ((entries[entry]?.offset ?? Number.POSITIVE_INFINITY) < end) entry += 1
      const time = entries[entry]?.time ?? this.#file.lastTime
      const last = this.#runs.at(-1)
      if (last !== undefined && last.end === start && last.time === time) last.end = end
      else this.#runs.push({ start, end, time })
    }
  }
}
