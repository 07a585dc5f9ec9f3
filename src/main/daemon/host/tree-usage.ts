import type { Program } from '../../../shared/domain/life.ts'
import { decodeEndpoint, endpointText, parseListening } from '../../../shared/linux/socket-table.ts'
import type { ProcStat } from './proc-text.ts'

/**
 * The members of each program's tree: its kernel session and all descendants, the shim itself left out. A program with a
 * terminal leads a session of its own below the shim (setsid(2)).
 */
export function treesOf(programs: readonly Program[], stats: readonly ProcStat[]): ProcStat[][] {
  const children = Map.groupBy(stats, (stat) => stat.ppid)
  const bySession = Map.groupBy(stats, (stat) => stat.session)
  return programs.map((program) => {
    const members = new Map<number, ProcStat>()
    const add = (stat: ProcStat) => {
      if (members.has(stat.pid) || stat.pid === program.shimPid) return
      members.set(stat.pid, stat)
      for (const child of children.get(stat.pid) ?? []) add(child)
    }
    // An attached program shares its session with whoever started it.
    const roots =
      program.shimPid === null
        ? stats.filter((stat) => stat.pid === program.identity.pid)
        : [program.shimPid, program.identity.pid].flatMap((session) => bySession.get(session) ?? [])
    for (const stat of roots) add(stat)
    return [...members.values()]
  })
}

/** CPU time so far by pid, in seconds; `ticksPerSecond` is the unit of utime and stime (USER_HZ, proc(5)). */
export const cpuSecondsOf = (members: readonly ProcStat[], ticksPerSecond: number): ReadonlyMap<number, number> =>
  new Map(members.map((stat) => [stat.pid, (stat.utime + stat.stime) / ticksPerSecond]))

/** By what /proc/PID/fd shows, where a socket of these TCP tables listens: `127.0.0.1:80`. */
export const listenersByLink = (tables: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    tables
      .flatMap(parseListening)
      .map((socket) => [`socket:[${socket.inode}]`, endpointText(decodeEndpoint(socket.local))]),
  )
