import { statSync } from 'node:fs'
import { access, constants } from 'node:fs/promises'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { type BeforeRequest, beforeParts } from './before.ts'
import type { LogStream } from './cursor.ts'
import { Finder, type FindRequest } from './find.ts'
import type { FindOutcome } from './find-task.ts'
import { type LogFile, LogFiles } from './log-file.ts'
import { type LogPaths, pathsOf, streamsOf } from './parts.ts'
import { type TailRequest, tailParts } from './tail.ts'

export type { LogPaths } from './parts.ts'

/** Length of each log, and what both take on disk (less where their start was dropped). In bytes; 0 where absent. */
export type LogSizes = { readonly out: number; readonly err: number; readonly onDisk: number }

export type LogService = {
  /** Keeps the time indexes of a process going, until `unwatch`. The files may come later. */
  watch(process: { readonly id: string } & LogPaths): void
  /** The process ended, or is not ours any more. Its last bytes get their time first. */
  unwatch(id: string): void
  /** `logs.tail` of the contract. Refused (not_permitted, failed) where a log that exists cannot be read. */
  tail(paths: LogPaths, request: TailRequest, signal: AbortSignal): Promise<Result<AsyncIterable<Uint8Array>>>
  /** `logs.before` of the contract; refused like `tail`. */
  before(paths: LogPaths, request: BeforeRequest, signal: AbortSignal): Promise<Result<AsyncIterable<Uint8Array>>>
  /** `logs.find` of the contract. Refused like `tail`, for a bad expression (bad_input), and after 10 s (timeout). */
  find(paths: LogPaths, request: FindRequest, signal: AbortSignal): Promise<Result<FindOutcome>>
  sizes(paths: LogPaths): LogSizes
  /** Ends all readers and watchers. */
  close(): void
}

/** `now` gives ms since 1970 UTC; `findTimeLimitMs` is there for tests. */
export function createLogService(options: { now: () => number; findTimeLimitMs?: number }): LogService {
  const files = new LogFiles(options.now)
  const finder = new Finder(options.findTimeLimitMs)
  const watched = new Map<string, readonly LogFile[]>()
  const closing = new AbortController()
  const both = (signal: AbortSignal) => AbortSignal.any([signal, closing.signal])

  const unwatch = (id: string) => {
    for (const file of watched.get(id) ?? []) {
      file.look()
      files.release(file, 'index')
    }
    watched.delete(id)
  }

  return {
    watch(process) {
      if (closing.signal.aborted) return
      const before = watched.get(process.id) ?? []
      watched.set(process.id, [
        files.acquire(process.outPath, process.indexOutPath, 'index'),
        files.acquire(process.errPath, process.indexErrPath, 'index'),
      ])
      for (const file of before) files.release(file, 'index')
    },
    unwatch,
    async tail(paths, request, signal) {
      const refusal = await whyUnreadable(paths, streamsOf(request.streams))
      return refusal ?? success(tailParts(files, paths, request, both(signal)))
    },
    async before(paths, request, signal) {
      const refusal = await whyUnreadable(paths, streamsOf(request.streams))
      return refusal ?? success(beforeParts(files, paths, request, both(signal)))
    },
    async find(paths, request, signal) {
      const refusal = await whyUnreadable(paths, streamsOf(request.streams))
      return refusal ?? finder.find(paths, request, both(signal))
    },
    sizes: sizesOf,
    close() {
      closing.abort()
      for (const id of [...watched.keys()]) unwatch(id)
    },
  }
}

async function whyUnreadable(paths: LogPaths, streams: readonly LogStream[]) {
  for (const stream of streams) {
    const path = pathsOf(paths, stream).log
    try {
      await access(path, constants.R_OK)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null
      if (code === 'ENOENT') continue
      if (code === 'EACCES' || code === 'EPERM') {
        return failure('not_permitted', `The log ${path} is not readable for you.`, 'Check its owner and mode.')
      }
      const why = error instanceof Error ? error.message : String(error)
      return failure('failed', `The log ${path} could not be read: ${why}`)
    }
  }
  return null
}

function sizesOf(paths: LogPaths): LogSizes {
  const out = statSync(paths.outPath, { throwIfNoEntry: false })
  const err = statSync(paths.errPath, { throwIfNoEntry: false })
  return { out: out?.size ?? 0, err: err?.size ?? 0, onDisk: diskBytes(out?.blocks) + diskBytes(err?.blocks) }
}

/** stat(2): st_blocks counts units of 512 bytes, whatever the block size of the file system. */
function diskBytes(blocks = 0): number {
  return blocks * 512
}
