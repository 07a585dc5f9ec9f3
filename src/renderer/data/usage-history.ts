import type { RowsEvent } from '../../shared/contract/schemas.ts'
import type { ProcessRow, Usage } from '../../shared/domain/rows.ts'

// Ten minutes of samples every 2 s; with the processes below about 15 MB.
const samplesPerProcess = 300
const maxProcesses = 2000

export type UsageSeries = { readonly times: number[]; readonly cpuPct: number[]; readonly rssBytes: number[] }

/** What this window has seen of one process: a ring of samples, oldest overwritten first. */
class UsageRing {
  private readonly times = new Float64Array(samplesPerProcess)
  private readonly cpu = new Float64Array(samplesPerProcess)
  private readonly rss = new Float64Array(samplesPerProcess)
  private written = 0

  add(at: number, usage: Usage): void {
    const slot = this.written % samplesPerProcess
    this.times[slot] = at
    this.cpu[slot] = usage.cpuPct
    this.rss[slot] = usage.rssBytes
    this.written += 1
  }

  read(): UsageSeries {
    const count = Math.min(this.written, samplesPerProcess)
    const slots = Array.from({ length: count }, (_, index) => (this.written - count + index) % samplesPerProcess)
    const pick = (from: Float64Array) => slots.map((slot) => from[slot] ?? 0)
    return { times: pick(this.times), cpuPct: pick(this.cpu), rssBytes: pick(this.rss) }
  }
}

// In the order of the last sample, so that the first is the one to forget.
const rings = new Map<string, UsageRing>()

function sample(id: string, usage: Usage | null, at: number): void {
  if (usage === null) return
  const ring = rings.get(id) ?? new UsageRing()
  ring.add(at, usage)
  rings.delete(id)
  rings.set(id, ring)
  const [oldest] = rings.keys()
  if (rings.size > maxProcesses && oldest !== undefined) rings.delete(oldest)
}

/** Keeps the measurements in what the daemon sent. `at` in milliseconds since 1970 UTC. */
export function recordUsage(sent: readonly (ProcessRow | RowsEvent)[], at: number): void {
  for (const one of sent) {
    if (one.kind === 'exec' || one.kind === 'usage') sample(one.id, one.usage, at)
    else if (one.kind === 'process-removed') rings.delete(one.id)
  }
}

/** The samples of one process, oldest first; empty when nothing was measured while this window was open. */
export const usageOf = (id: string): UsageSeries => rings.get(id)?.read() ?? { times: [], cpuPct: [], rssBytes: [] }
