import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { createLogService, type LogPaths, type LogService } from '../../src/main/daemon/logs/index.ts'
import { decodeLogPart, type LogSegment } from '../../src/shared/contract/log-part.ts'
import type { Result } from '../../src/shared/domain/result.ts'
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
    this.paths = {
      outPath: path.join(temporary.path, 'a.out'),
      errPath: path.join(temporary.path, 'a.err'),
      indexOutPath: path.join(temporary.path, 'a.out.idx'),
      indexErrPath: path.join(temporary.path, 'a.err.idx'),
    }
  }

  static async create(): Promise<LogLab> {
    return new LogLab(await temporaryFolder())
  }

  service(options: { readonly now?: () => number; readonly findTimeLimitMs?: number } = {}): LogService {
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
  readonly segments: LogSegment[] = []
  readonly partSizes: number[] = []
  readonly done: Promise<void>
  readonly #abort = new AbortController()

  constructor(open: (signal: AbortSignal) => Promise<Result<AsyncIterable<Uint8Array>>>) {
    this.done = this.#collect(open)
    // Whoever awaits `done` gets the error as well.
    this.done.catch(() => undefined)
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

  /** Where a reader goes on after a broken connection. */
  get place(): { readonly out: number; readonly err: number } {
    const place = { out: 0, err: 0 }
    for (const segment of this.segments) place[segment.stream] = segment.offset + segment.bytes.length
    return place
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await this.done
  }

  async #collect(open: (signal: AbortSignal) => Promise<Result<AsyncIterable<Uint8Array>>>): Promise<void> {
    for await (const part of expectValue(await open(this.#abort.signal))) {
      this.partSizes.push(part.length)
      this.segments.push(...decodeLogPart(part))
    }
  }
}
