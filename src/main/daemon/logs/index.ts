import type { LogInfo, LogPlace } from '../../../shared/contract/contract.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { type BeforeRequest, beforeParts } from './before.ts'
import type { LogLimits, LogNotice } from './bounds.ts'
import type { LogStream } from './cursor.ts'
import type { FullInterval } from './disk-space.ts'
import { Finder, type FindRequest } from './find.ts'
import type { FindOutcome } from './find-task.ts'
import { Grepper, type GrepRequest } from './grep.ts'
import { placeIn, sizesOf } from './info.ts'
import { LogKeeper } from './keeper.ts'
import { LogFiles } from './log-file.ts'
import type { LogPaths } from './parts.ts'
import { whyUnreadable } from './readable.ts'
import { type MergeRequest, type TailRequest, tailParts } from './tail.ts'

export type { LogLimits, LogNotice } from './bounds.ts'
export type { FullInterval } from './disk-space.ts'
export type { LogPaths } from './parts.ts'

/** Encoded parts, which belong to who reads them. Where they end early they return the failure. */
export type LogParts = AsyncIterable<Uint8Array, unknown>

export type LogService = {
  /** Keeps the time indexes of a process going and its logs within their limits, until `unwatch`. The files may come later. */
  watch(process: { readonly id: string } & LogPaths): void
  /** The process ended, or is not ours any more. Its last bytes get their time first. */
  unwatch(id: string): void
  /** To be awaited before a program is started: its logs are brought within their limit where that cannot be done later. */
  beforeStart(paths: LogPaths): Promise<void>
  /**
   * A copy of a log that is elsewhere lacks the bytes from `start` up to `end`, because they were dropped there. To be
   * awaited before the copy is made longer. False where it could not be stored.
   */
  skipped(paths: LogPaths, stream: LogStream, range: { start: number; end: number }): Promise<boolean>
  /** Times in which logs could not grow because the disk was full, oldest first. */
  fullIntervals(): readonly FullInterval[]
  /** `logs.tail` of the contract. Refused (not_permitted, failed) where a log that exists cannot be read. */
  tail(paths: LogPaths, request: TailRequest, signal: AbortSignal): Promise<Result<LogParts>>
  /** `logs.merge` of the contract; refused like `tail`, and for a wrong number of places (bad_input). */
  merge(processes: readonly LogPaths[], request: MergeRequest, signal: AbortSignal): Promise<Result<LogParts>>
  /** `logs.before` of the contract; refused like `tail`. */
  before(paths: LogPaths, request: BeforeRequest, signal: AbortSignal): Promise<Result<LogParts>>
  /**
   * `logs.grep` of the contract; refused like `merge` and for a bad expression (bad_input). The parts end with a failure
   * after 10 s without headway (timeout), or where too many searches run (failed).
   */
  grep(processes: readonly LogPaths[], request: GrepRequest, signal: AbortSignal): Promise<Result<LogParts>>
  /** `logs.find` of the contract. Refused like `tail`, for a bad expression (bad_input), and after 10 s (timeout). */
  find(paths: LogPaths, request: FindRequest, signal: AbortSignal): Promise<Result<FindOutcome>>
  /** `logs.place` of the contract; refused like `tail`. */
  place(paths: LogPaths, at: number | null): Promise<Result<LogPlace>>
  /** `logs.info` of the contract. */
  info(paths: LogPaths): LogInfo
  /** Ends all readers and watchers. */
  close(): void
}

export type LogServiceOptions = {
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number
  /** Asked at each step. Left out: no limit. */
  readonly limits?: () => LogLimits
  /** What a person should know about the logs of watched processes. */
  readonly onNotice?: (notice: LogNotice) => void
  /** For tests: another program in the place of `fallocate`, another time for a search. */
  readonly fallocate?: string
  readonly searchTimeLimitMs?: number
}

const noLimits: LogLimits = { perProcessBytes: null, totalBytes: null }

export function createLogService(options: LogServiceOptions): LogService {
  const files = new LogFiles(options.now)
  const finder = new Finder(files, options.searchTimeLimitMs)
  const grepper = new Grepper(files, options.searchTimeLimitMs)
  const keeper = new LogKeeper(files, {
    now: options.now,
    limits: options.limits ?? (() => noLimits),
    onNotice: options.onNotice ?? (() => undefined),
    fallocate: options.fallocate,
  })
  const closing = new AbortController()
  const both = (signal: AbortSignal) => AbortSignal.any([signal, closing.signal])

  const merge: LogService['merge'] = async (processes, request, signal) => {
    const refusal = whyWrongPlaces(processes, request.from) ?? (await whyUnreadable(processes, request.streams))
    return refusal ?? success(tailParts(files, processes, request, both(signal)))
  }

  return {
    watch(process) {
      if (closing.signal.aborted) return
      keeper.watch(process)
    },
    unwatch: (id) => keeper.unwatch(id),
    beforeStart: (paths) => keeper.trim(paths),
    skipped: (paths, stream, range) => keeper.skipped(paths, stream, range),
    fullIntervals: () => keeper.fullIntervals,
    tail: (paths, { from, ...request }, signal) => merge([paths], { ...request, from: from && [from] }, signal),
    merge,
    async before(paths, request, signal) {
      const refusal = await whyUnreadable([paths], request.streams)
      return refusal ?? success(beforeParts(files, paths, request, both(signal)))
    },
    async grep(processes, request, signal) {
      const refusal =
        whyWrongPlaces(processes, request.from) ??
        whyWrongPlaces(processes, request.to) ??
        (await whyUnreadable(processes, request.streams))
      return refusal ?? grepper.grep(processes, request, both(signal))
    },
    async find(paths, request, signal) {
      const refusal = await whyUnreadable([paths], request.streams)
      return refusal ?? finder.find(paths, request, both(signal))
    },
    async place(paths, at) {
      const refusal = await whyUnreadable([paths], 'both')
      return refusal ?? success(await placeIn(files, paths, at))
    },
    info: (paths) => ({ ...sizesOf(files, paths), ...keeper.boundOf(paths) }),
    close() {
      closing.abort()
      keeper.close()
    },
  }
}

function whyWrongPlaces(processes: readonly LogPaths[], places: readonly LogPlace[] | null) {
  if (places === null || places.length === processes.length) return null
  return failure('bad_input', `There are ${places.length} places for the logs of ${processes.length} processes.`)
}
