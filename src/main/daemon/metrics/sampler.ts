import type { RowsEvent } from '../../../shared/contract/schemas.ts'
import type { Program } from '../../../shared/domain/life.ts'
import type { Usage } from '../../../shared/domain/rows.ts'
import { HostUnreachable, type ProcessHost, type TreeUsage } from '../host/port.ts'

/** A process that is measured; the sampler writes `usage` and `cpuHistory`. */
export type Measured = {
  readonly id: string
  usage: Usage | null
  cpuHistory: readonly number[]
}

type Running = { readonly measured: Measured; readonly program: Program; readonly host: ProcessHost }

export type SamplerParts = {
  /** What runs now, on machines that can be asked. */
  readonly running: () => readonly Running[]
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

type CpuSample = { readonly at: number; readonly seconds: ReadonlyMap<number, number> }

/** Measures what the trees of all running processes use, machine by machine. */
export function startSampler(parts: SamplerParts) {
  const lastCpu = new Map<string, CpuSample>()
  /** Machines whose last sample is not there yet. */
  const busy = new Set<ProcessHost>()
  let count = 0

  function sampleAll(): void {
    const running = parts.running()
    const withPorts = count % samplesPerPortScan === 0
    count += 1
    const known = new Set(running.map(({ measured }) => measured.id))
    for (const id of lastCpu.keys()) if (!known.has(id)) lastCpu.delete(id)
    for (const [host, there] of Map.groupBy(running, (one) => one.host)) {
      if (busy.has(host)) continue
      busy.add(host)
      sampleHost(host, there, withPorts)
        .catch((error: unknown) => {
          if (!(error instanceof HostUnreachable)) parts.onError(error)
        })
        .finally(() => busy.delete(host))
    }
  }

  async function sampleHost(host: ProcessHost, running: readonly Running[], withPorts: boolean): Promise<void> {
    const asksPorts = withPorts || running.some(({ measured }) => measured.usage === null)
    const usages = await host.usage(
      running.map(({ program }) => program),
      asksPorts,
    )
    // Some may have ended while they were measured.
    const still = new Set(parts.running().map(({ measured }) => measured))
    running.forEach(({ measured }, index) => {
      const usage = usages[index]
      if (usage && still.has(measured)) take(measured, usage, asksPorts)
    })
  }

  function take(measured: Measured, { cpuSeconds, memoryBytes, listen }: TreeUsage, hasPorts: boolean): void {
    const at = parts.now()
    const before = lastCpu.get(measured.id)
    lastCpu.set(measured.id, { at, seconds: cpuSeconds })
    const cpuPct = before ? cpuBetween(before, { at, seconds: cpuSeconds }) : 0
    measured.usage = { cpuPct, rssBytes: memoryBytes, listen: hasPorts ? listen : (measured.usage?.listen ?? []) }
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

/** Percent of one core between two samples; members that came or went in between count with what is known of them. */
function cpuBetween(before: CpuSample, after: CpuSample): number {
  const elapsed = (after.at - before.at) / 1000
  if (elapsed <= 0) return 0
  let used = 0
  for (const [pid, total] of after.seconds) used += Math.max(0, total - (before.seconds.get(pid) ?? 0))
  return Math.round((used / elapsed) * 1000) / 10
}
