import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {
  createLogService,
  type LogParts,
  type LogPaths,
  type LogService,
  type LogServiceOptions,
} from '../../src/main/daemon/logs/index.ts'
import type { LogPlace } from '../../src/shared/contract/contract.ts'
import { decodeLogPart, type LogLines, type LogSegment, linesIn } from '../../src/shared/contract/log-part.ts'
import type { Failure, Result } from '../../src/shared/domain/result.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'

/** A folder for the logs of one process, with services, readers and writers that end with it. */
export class LogLab implements AsyncDisposable {
  readonly paths: LogPaths
  readonly folder: string
  readonly #temporary: TemporaryFolder
  readonly #services: LogService[] = []
  readonly #writers: ChildProcess[] = []

  private constructor(temporary: TemporaryFolder) {
    this.#temporary = temporary
    this.folder = temporary.path
    this.paths = this.process('a')
  }

  /** `parent` is where the folder is made, for a file system of a certain kind. */
  static async create(parent?: string): Promise<LogLab> {
    return new LogLab(await temporaryFolder(parent))
  }

  /** Where the logs of a process lie; `paths` are those of `a`. */
  process(name: string): LogPaths {
    const file = (end: string) => path.join(this.folder, `${name}.${end}`)
    return {
      outPath: file('out'),
      errPath: file('err'),
      indexOutPath: file('out.idx'),
      indexErrPath: file('err.idx'),
    }
  }

  service(options: Partial<LogServiceOptions> = {}): LogService {
    const service = createLogService({ now: Date.now, ...options })
    this.#services.push(service)
    return service
  }

  /** Starts a Node program that appends to both logs, as a supervised process does. */
  write(script: string): ChildProcess {
    const out = openSync(this.paths.outPath, 'a')
    const err = openSync(this.paths.errPath, 'a')
    const writer = spawn(process.execPath, ['-e', script], { stdio: ['ignore', out, err] })
    closeSync(out)
    closeSync(err)
    this.#writers.push(writer)
    return writer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const service of this.#services) service.close()
    for (const writer of this.#writers) {
      if (writer.exitCode !== null || writer.signalCode !== null) continue
      writer.kill('SIGKILL')
      await once(writer, 'exit')
    }
    await this.#temporary[Symbol.asyncDispose]()
  }
}

export function expectValue<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`)
  return result.value
}

/** Collects a log stream in the background, segment by segment, until it ends or is aborted. */
export class LogCollector {
  /** Lines and gaps as they came. */
  readonly all: LogSegment[] = []
  readonly partSizes: number[] = []
  readonly done: Promise<void>
  /** What ended the stream, where it did not come to its end. */
  failed: Failure | null = null
  readonly #abort = new AbortController()

  constructor(open: (signal: AbortSignal) => Promise<Result<LogParts>>) {
    this.done = this.#collect(open)
    // Whoever awaits `done` gets the error as well.
    this.done.catch(() => undefined)
  }

  /** Without the gaps. */
  get segments(): LogLines[] {
    return linesIn(this.all)
  }

  get bytes(): Buffer {
    return Buffer.concat(this.segments.map((segment) => segment.bytes))
  }

  get text(): string {
    return this.bytes.toString()
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1)
  }

  /** Where a reader of one process goes on after a broken connection. */
  get place(): LogPlace {
    return placeAfter(this.all, 0)
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await this.done
  }

  async #collect(open: (signal: AbortSignal) => Promise<Result<LogParts>>): Promise<void> {
    const parts = expectValue(await open(this.#abort.signal))[Symbol.asyncIterator]()
    for (;;) {
      const next = await parts.next()
      if (next.done) {
        this.failed = (next.value ?? null) as Failure | null
        return
      }
      this.partSizes.push(next.value.length)
      this.all.push(...decodeLogPart(next.value))
    }
  }
}

/** Behind the last segments of one of the processes that were read together. */
export function placeAfter(segments: readonly LogSegment[], source: number): LogPlace {
  const place = { out: 0, err: 0 }
  for (const segment of segments) {
    if (segment.source !== source) continue
    place[segment.stream] = segment.kind === 'gap' ? segment.end : segment.offset + segment.bytes.length
  }
  return place
}
