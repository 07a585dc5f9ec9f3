import type { OutputOf } from '../../shared/contract/contract.ts'
import type { GpuRow, HostRow, HostState } from '../../shared/domain/host.ts'

// What `--json` prints of hosts. Scripts rely on these keys: they may grow, never change. Times are ISO 8601 UTC.

const isoTime = (epochMs: number): string => new Date(epochMs).toISOString()

/** Every key in every state; null where a state has no such thing. */
const stateJson = (state: HostState) => ({
  state: state.kind,
  since: 'since' in state ? isoTime(state.since) : null,
  attempt: 'attempt' in state ? state.attempt : null,
  retry_at: 'retryAt' in state ? isoTime(state.retryAt) : null,
  refused_because: state.kind === 'refused' ? state.because : null,
  key: state.kind === 'refused' ? state.key : null,
})

const gpuJson = (gpu: GpuRow) => ({
  index: gpu.index,
  name: gpu.name,
  utilisation_pct: gpu.utilisationPct,
  memory_used_bytes: gpu.memoryUsedBytes,
  memory_total_bytes: gpu.memoryTotalBytes,
  temperature_c: gpu.temperatureC,
})

/** One element of `host list`. */
export const hostJson = (host: HostRow) => ({
  name: host.name,
  kind: host.kind,
  from: host.from,
  ...stateJson(host.state),
  address: host.address,
  latency_ms: host.latencyMs,
  cores: host.cores,
  load1: host.load1,
  memory: host.memory === null ? null : { total_bytes: host.memory.totalBytes, used_bytes: host.memory.usedBytes },
  gpus: host.gpus.map(gpuJson),
  processes: host.processes,
  last_error: host.lastError === null ? null : { ...host.lastError, at: isoTime(host.lastError.at) },
})

/** `host test`. */
export const hostTestJson = ({ host, ok, steps }: OutputOf<'hosts.test'>) => ({ ok, steps, host: hostJson(host) })
