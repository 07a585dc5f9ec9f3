import { setTimeout as pause } from 'node:timers/promises'
import { failure, type Result, success } from '../../shared/domain/result.ts'
import { socketHolder } from './socket-holder.ts'

/** A daemon that is alive has stored its state and closed its socket long before. */
const patienceMs = 5000
const lookEveryMs = 20

/**
 * Ends a daemon that cannot be talked to, by whoever listens on its socket: TERM, and KILL after 5 s, which it
 * survives without loss. Null where nobody listens.
 */
export async function endDaemon(socket: string): Promise<Result<{ readonly pid: number } | null>> {
  const pid = socketHolder(socket)
  if (pid === null) return success(null)
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return success({ pid })
      return failure('not_permitted', `The daemon, pid ${pid}, could not be ended: ${String(error)}`, 'Ask its user.')
    }
    if (await isGone(socket, pid)) return success({ pid })
  }
  return failure('failed', `The daemon, pid ${pid}, does not end.`, 'See what holds it: procession daemon logs')
}

/** Judged by the socket, which a later owner of the pid does not hold. */
async function isGone(socket: string, pid: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs
  while (performance.now() < deadline) {
    if (socketHolder(socket) !== pid) return true
    await pause(lookEveryMs)
  }
  return false
}
