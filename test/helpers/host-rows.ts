import type { GpuRow, HostRow, HostState } from '../../src/shared/domain/host.ts'

const gibibyte = 2 ** 30

/** This machine as the feed tells it; `changes` replace some. */
export const localRow = (changes: Partial<HostRow> = {}): HostRow => ({
  name: 'local',
  kind: 'local',
  from: 'local',
  state: { kind: 'local' },
  address: null,
  latencyMs: null,
  cores: 16,
  load1: 3.1,
  memory: { totalBytes: 64 * gibibyte, usedBytes: 21 * gibibyte },
  gpus: [],
  processes: { total: 0, running: 0 },
  lastError: null,
  ...changes,
})

/** A machine behind ssh that nothing is known of; `changes` say more. */
export const sshRow = (name: string, state: HostState = { kind: 'idle' }, changes: Partial<HostRow> = {}): HostRow => ({
  name,
  kind: 'ssh',
  from: 'config',
  state,
  address: `me@${name}.example.org:22`,
  latencyMs: null,
  cores: null,
  load1: null,
  memory: null,
  gpus: [],
  processes: { total: 0, running: 0 },
  lastError: null,
  ...changes,
})

/** GPU `index` with so much of its load and of its 40 GiB in use, in percent. */
export const gpuRow = (index: number, loadPct: number, memoryPct: number, name = 'NVIDIA A100 40GB'): GpuRow => ({
  index,
  name,
  utilisationPct: loadPct,
  memoryUsedBytes: Math.round(40 * gibibyte * (memoryPct / 100)),
  memoryTotalBytes: 40 * gibibyte,
  temperatureC: 61,
})
