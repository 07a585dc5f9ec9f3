import type { Program } from '../../../../shared/domain/life.ts'
import type { TreeUsage } from '../../host/port.ts'
import { parsePss } from '../../host/proc-status.ts'
import type { ProcStat } from '../../host/proc-text.ts'
import { Slices } from '../../host/slices.ts'
import { cpuSecondsOf, listenersByLink, treesOf } from '../../host/tree-usage.ts'
import { listDescriptors, listPids, readDescriptor, readStat, readText } from './proc.ts'

/** USER_HZ, the unit of utime and stime: 100 on every Linux that Node runs on (proc(5)). */
const ticksPerSecond = 100

/** Of every Linux that we support; only counts where /proc/PID/smaps_rollup may not be read. */
const pageBytes = 4096

/** See `ProcessHost.usage`. Works in slices. */
export async function usageOf(programs: readonly Program[], withPorts: boolean): Promise<readonly TreeUsage[]> {
  if (programs.length === 0) return []
  const slices = new Slices()
  const stats: ProcStat[] = []
  for (const pid of listPids()) {
    const stat = readStat(pid)
    if (stat !== undefined) stats.push(stat)
    await slices.breathe()
  }
  const usages: TreeUsage[] = []
  for (const members of treesOf(programs, stats)) {
    usages.push(await treeUsage(members, withPorts, slices))
  }
  return usages
}

async function treeUsage(members: readonly ProcStat[], withPorts: boolean, slices: Slices): Promise<TreeUsage> {
  let memoryBytes = 0
  for (const stat of members) {
    memoryBytes += memoryOf(stat)
    await slices.breathe()
  }
  return {
    cpuSeconds: cpuSecondsOf(members, ticksPerSecond),
    memoryBytes,
    listen: withPorts ? listeningOf(members) : [],
  }
}

/** PSS, which counts shared pages once over a tree; RSS where the kernel does not let us read it. */
const memoryOf = (stat: ProcStat): number =>
  parsePss(readText(`/proc/${stat.pid}/smaps_rollup`) ?? '') ?? stat.rssPages * pageBytes

function listeningOf(members: readonly ProcStat[]): string[] {
  const [first] = members
  if (first === undefined) return []
  const listeners = listenersByLink(['tcp', 'tcp6'].map((table) => readText(`/proc/${first.pid}/net/${table}`) ?? ''))
  const addresses = members.flatMap((stat) =>
    listDescriptors(stat.pid).flatMap((descriptor) => listeners.get(readDescriptor(stat.pid, descriptor) ?? '') ?? []),
  )
  return [...new Set(addresses)].sort()
}
