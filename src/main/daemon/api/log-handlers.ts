import type { Target } from '../../../shared/contract/contract.ts'
import { type Result, success } from '../../../shared/domain/result.ts'
import type { LogParts, LogPaths, LogService } from '../logs/index.ts'
import type { Supervised } from '../supervisor/model.ts'
import type { Supervision } from '../supervisor/supervision.ts'
import { findTarget } from './find-target.ts'
import { createFollowCount } from './follow-count.ts'
import type { Handlers } from './handlers.ts'

/** Where the log service finds the files of a process. */
export function logPathsOf({ session, name }: Supervised): LogPaths {
  const { paths } = session
  return {
    outPath: paths.out(name),
    errPath: paths.err(name),
    indexOutPath: paths.outIndex(name),
    indexErrPath: paths.errIndex(name),
  }
}

/** What a process needs whose logs are written on another machine. */
export type RemoteLogs = {
  /** Resolves when the files here have what the host has, or cannot get it. */
  readonly refresh: (supervised: Supervised) => Promise<void>
  /** Called with true when the first follower of a process comes, with false when the last one leaves. */
  readonly onFollow: (supervised: Supervised, following: boolean) => void
}

const onlyLocal: RemoteLogs = { refresh: async () => {}, onFollow: () => {} }

type LogMethods = 'logs.tail' | 'logs.merge' | 'logs.grep' | 'logs.place' | 'logs.info' | 'logs.before' | 'logs.find'

/** Reads logs for the faces. What is not followed is brought up to date first. */
export function createLogHandlers(
  supervision: Supervision,
  logs: LogService,
  { refresh, onFollow }: RemoteLogs = onlyLocal,
): Pick<Handlers, LogMethods> {
  const followed = createFollowCount(onFollow)

  const find = async (targets: readonly Target[]): Promise<Result<Supervised[]>> => {
    const all: Supervised[] = []
    for (const target of targets) {
      const found = await findTarget(supervision, target, 'read')
      if (!found.ok) return found
      all.push(found.value)
    }
    return success(all)
  }
  const findFresh = async (targets: readonly Target[]): Promise<Result<Supervised[]>> => {
    const found = await find(targets)
    if (found.ok) await Promise.all(found.value.map(refresh))
    return found
  }
  const read = async <T>(target: Target, use: (paths: LogPaths) => Promise<Result<T>>): Promise<Result<T>> => {
    const found = await findFresh([target])
    if (!found.ok) return found
    const [supervised] = found.value
    if (supervised === undefined) throw new Error('One target gives one process')
    return use(logPathsOf(supervised))
  }
  const merge = async (
    { targets, ...request }: Parameters<Handlers['logs.merge']>[0],
    signal: AbortSignal,
  ): Promise<Result<LogParts>> => {
    const found = await (request.follow ? find(targets) : findFresh(targets))
    if (!found.ok) return found
    const parts = await logs.merge(found.value.map(logPathsOf), request, signal)
    return parts.ok && request.follow ? success(followed(found.value, parts.value)) : parts
  }

  return {
    'logs.tail': ({ target, from, ...request }, { signal }) =>
      merge({ ...request, targets: [target], from: from && [from] }, signal),
    'logs.merge': (request, { signal }) => merge(request, signal),
    'logs.grep': async ({ targets, ...request }, { signal }) => {
      const found = await findFresh(targets)
      return found.ok ? logs.grep(found.value.map(logPathsOf), request, signal) : found
    },
    'logs.place': ({ target, at }) => read(target, (paths) => logs.place(paths, at)),
    'logs.info': ({ target }) => read(target, async (paths) => success(logs.info(paths))),
    'logs.before': ({ target, ...request }, { signal }) => read(target, (paths) => logs.before(paths, request, signal)),
    'logs.find': ({ target, ...request }, { signal }) => read(target, (paths) => logs.find(paths, request, signal)),
  }
}
