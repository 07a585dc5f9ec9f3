import { cpus, loadavg } from 'node:os'
import type { RowsEvent } from '../../../shared/contract/schemas.ts'
import type { Program } from '../../../shared/domain/life.ts'
import type { Usage } from '../../../shared/domain/rows.ts'
import { decodeEndpoint, endpointText, parseListening } from '../../../shared/linux/socket-table.ts'
import {
  listDescriptors,
  listPids,
  type ProcStat,
  readDescriptor,
  readSmallFile,
  readStat,
} from '../adapters/exec/proc.ts'

/** A process that is measured; the sampler writes `usage` and `cpuHistory`. */
export type Measured = {
  readonly id: string
  usage: Usage | null
  cpuHistory: readonly number[]
}

export type SamplerParts = {
  /** What runs now. */
  readonly running: () => readonly { readonly measured: Measured; readonly program: Program }[]
  /** True while somebody looks: then samples come often. */
  readonly isWatched: () => boolean
  readonly publish: (event: RowsEvent) => void
  readonly now: () => number
  readonly onError: (error: unknown) => void
}

/** Often enough for a live column; about 15 ms of work with 600 processes on the machine. */
const watchedIntervalMs = 2000
/** Ports change rarely, and reading all descriptors costs five times the rest. */
const samplesPerPortScan = 4
const unwatchedFactor = 5
const historyLength = 44
/** USER_HZ, the unit of utime and stime: 100 on every Linux that Node runs on (proc(5)). */
const ticksPerSecond = 100

type CpuSample = { readonly at: number; readonly ticks: ReadonlyMap<number, number> }

export function startSampler(parts: SamplerParts) {
  const lastCpu = new Map<string, CpuSample>()
  let count = 0

  function sampleAll(): void {
    const running = parts.running()
    const withPorts = count % samplesPerPortScan === 0
    count += 1
    parts.publish({ kind: 'host', host: localHost() })
    const known = new Set(running.map(({ measured }) => measured.id))
    for (const id of lastCpu.keys()) if (!known.has(id)) lastCpu.delete(id)
    if (running.length === 0) return
    const trees = treesOf(running.map(({ program }) => program))
    running.forEach(({ measured }, index) => {
      measure(measured, trees[index] ?? [], withPorts)
    })
  }

  function measure(measured: Measured, members: readonly ProcStat[], withPorts: boolean): void {
    const at = parts.now()
    const ticks = new Map(members.map((stat) => [stat.pid, stat.utime + stat.stime]))
    const before = lastCpu.get(measured.id)
    lastCpu.set(measured.id, { at, ticks })
    const cpuPct = before ? cpuBetween(before, { at, ticks }) : 0
    measured.usage = {
      cpuPct,
      rssBytes: members.reduce((sum, stat) => sum + memoryOf(stat), 0),
      listen: withPorts || measured.usage === null ? listeningOf(members) : measured.usage.listen,
    }
    if (before) measured.cpuHistory = [...measured.cpuHistory, cpuPct].slice(-historyLength)
    parts.publish({ kind: 'usage', id: measured.id, usage: measured.usage, cpuHistory: [...measured.cpuHistory] })
  }

  let timer: NodeJS.Timeout
  let sinceLast = 0
  const tick = () => {
    sinceLast += 1
    if (parts.isWatched() || sinceLast >= unwatchedFactor) {
      sinceLast = 0
      try {
        sampleAll()
      } catch (error) {
        parts.onError(error)
      }
    }
    timer = setTimeout(tick, watchedIntervalMs)
  }
  timer = setTimeout(tick, watchedIntervalMs)
  return { close: () => clearTimeout(timer) }
}

export const localHost = () => ({
  name: 'local',
  cores: cpus().length,
  load1: Math.round((loadavg()[0] ?? 0) * 100) / 100,
})

/** Percent of one core between two samples; members that came or went in between count with what is known of them. */
function cpuBetween(before: CpuSample, after: CpuSample): number {
  const seconds = (after.at - before.at) / 1000
  if (seconds <= 0) return 0
  let ticks = 0
  for (const [pid, total] of after.ticks) ticks += Math.max(0, total - (before.ticks.get(pid) ?? 0))
  return Math.round((ticks / ticksPerSecond / seconds) * 1000) / 10
}

/** The members of each program's tree: its kernel session and all descendants, the shim itself left out. */
function treesOf(programs: readonly Program[]): ProcStat[][] {
  const stats = listPids().flatMap((pid) => readStat(pid) ?? [])
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
        : (bySession.get(program.shimPid) ?? [])
    for (const stat of roots) add(stat)
    return [...members.values()]
  })
}

/** PSS, which counts shared pages once over a tree; RSS where the kernel does not let us read it. */
function memoryOf(stat: ProcStat): number {
  const rollup = readSmallFile(`/proc/${stat.pid}/smaps_rollup`)?.toString('latin1')
  const kilobytes = rollup === undefined ? undefined : /^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]
  const pageBytes = 4096
  return kilobytes === undefined ? stat.rssPages * pageBytes : Number(kilobytes) * 1024
}

function listeningOf(members: readonly ProcStat[]): string[] {
  const [first] = members
  if (first === undefined) return []
  const sockets = ['tcp', 'tcp6'].flatMap((table) =>
    parseListening(readSmallFile(`/proc/${first.pid}/net/${table}`)?.toString('latin1') ?? ''),
  )
  const addressOf = new Map(
    sockets.map((socket) => [`socket:[${socket.inode}]`, endpointText(decodeEndpoint(socket.local))]),
  )
  const addresses = members.flatMap((stat) =>
    listDescriptors(stat.pid).flatMap((descriptor) => addressOf.get(readDescriptor(stat.pid, descriptor) ?? '') ?? []),
  )
  return [...new Set(addresses)].sort()
}
