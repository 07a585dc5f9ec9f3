import { statSync } from 'node:fs'
import type { LogInfo } from '../../../shared/contract/contract.ts'
import { LogBounds, type LogBoundsOptions } from './bounds.ts'
import type { LogStream } from './cursor.ts'
import type { FullInterval } from './disk-space.ts'
import type { LogFile, LogFiles } from './log-file.ts'
import { type LogPaths, pathsOf } from './parts.ts'

/** Looks after the logs of running processes: their times, and what they may take on disk. */
export class LogKeeper {
  readonly #files: LogFiles
  readonly #limits: LogBoundsOptions['limits']
  readonly #bounds: LogBounds
  readonly #watched = new Map<string, readonly LogFile[]>()

  constructor(files: LogFiles, options: LogBoundsOptions) {
    this.#files = files
    this.#limits = options.limits
    this.#bounds = new LogBounds(files, options)
  }

  /** Times in which logs could not grow because the disk was full, oldest first. */
  get fullIntervals(): readonly FullInterval[] {
    return this.#bounds.fullIntervals
  }

  watch({ id, ...paths }: { readonly id: string } & LogPaths): void {
    const before = this.#watched.get(id) ?? []
    const files = this.#acquire(paths, 'index')
    this.#watched.set(id, files)
    this.#bounds.watch(id, files)
    for (const file of before) this.#files.release(file, 'index')
  }

  unwatch(id: string): void {
    const files = this.#watched.get(id) ?? []
    for (const file of files) file.look()
    this.#bounds.unwatch(id)
    for (const file of files) this.#files.release(file, 'index')
    this.#watched.delete(id)
  }

  /** Brings logs that nobody writes within their limit. */
  async trim(paths: LogPaths): Promise<void> {
    const files = this.#acquire(paths, 'read')
    try {
      await this.#bounds.trim(files)
    } finally {
      for (const file of files) this.#files.release(file, 'read')
    }
  }

  /** Stores that a host dropped bytes of a log before they came here. False where that could not be stored. */
  async skipped(paths: LogPaths, stream: LogStream, range: { start: number; end: number }): Promise<boolean> {
    const { log, index } = pathsOf(paths, stream)
    const file = this.#files.acquire(log, index, 'read')
    try {
      return await file.drop({ ...range, reason: 'host' })
    } finally {
      this.#files.release(file, 'read')
    }
  }

  /** What bounds the logs of a process. */
  boundOf(paths: LogPaths): Pick<LogInfo, 'limitBytes' | 'bounded'> {
    const found = [paths.outPath, paths.errPath].map((path) => statSync(path, { throwIfNoEntry: false }))
    const devices = found.filter((stats) => stats !== undefined).map(({ dev }) => dev)
    return { limitBytes: this.#limits().perProcessBytes, bounded: this.#bounds.boundedOn(devices) }
  }

  close(): void {
    for (const id of [...this.#watched.keys()]) this.unwatch(id)
    this.#bounds.close()
  }

  #acquire(paths: LogPaths, use: 'index' | 'read'): readonly LogFile[] {
    return (['out', 'err'] as const).map((stream) => {
      const { log, index } = pathsOf(paths, stream)
      return this.#files.acquire(log, index, use)
    })
  }
}
