import type { Target } from '../../../shared/contract/contract.ts'
import type { LogPaths, LogService } from '../logs/index.ts'
import type { Supervised } from '../supervisor/model.ts'
import type { Supervision } from '../supervisor/supervision.ts'
import { findTarget } from './find-target.ts'
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

type LogMethods = 'logs.tail' | 'logs.before' | 'logs.find'

export function createLogHandlers(supervision: Supervision, logs: LogService): Pick<Handlers, LogMethods> {
  const pathsOf = async (target: Target) => {
    const found = await findTarget(supervision, target, 'read')
    return found.ok ? { ok: true as const, value: logPathsOf(found.value) } : found
  }
  return {
    'logs.tail': async ({ target, ...request }, { signal }) => {
      const paths = await pathsOf(target)
      return paths.ok ? logs.tail(paths.value, request, signal) : paths
    },
    'logs.before': async ({ target, ...request }, { signal }) => {
      const paths = await pathsOf(target)
      return paths.ok ? logs.before(paths.value, request, signal) : paths
    },
    'logs.find': async ({ target, ...request }, { signal }) => {
      const paths = await pathsOf(target)
      return paths.ok ? logs.find(paths.value, request, signal) : paths
    },
  }
}
