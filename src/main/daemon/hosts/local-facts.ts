import { availableParallelism, freemem, loadavg, totalmem } from 'node:os'
import type { GpuRow } from '../../../shared/domain/host.ts'
import type { HostFacts } from './host-book.ts'

/** nvidia-smi takes some 50 ms of CPU time for each look, and a bar need not be younger. */
const gpuEveryMs = 4000
/** A machine without GPUs gets some only with a new driver. */
const noGpuEveryMs = 60_000

export type LocalFactsParts = {
  /** Null: there is no nvidia-smi, or it fails. */
  readonly readGpus: () => Promise<readonly GpuRow[] | null>
  readonly now: () => number
}

/** What this machine has and does: load and memory at once, its GPUs as of the last look, which this begins where it is due. */
export function createLocalFacts({ readGpus, now }: LocalFactsParts): () => HostFacts {
  let gpus: readonly GpuRow[] = []
  let nextLook = 0
  const look = async () => {
    nextLook = Number.POSITIVE_INFINITY
    const found = await readGpus().catch(() => null)
    gpus = found ?? []
    nextLook = now() + (gpus.length > 0 ? gpuEveryMs : noGpuEveryMs)
  }
  return () => {
    if (now() >= nextLook) void look()
    const totalBytes = totalmem()
    return {
      cores: availableParallelism(),
      load1: Math.round((loadavg()[0] ?? 0) * 100) / 100,
      // What the kernel says is available (proc_meminfo(5)): page cache that it can give back is not in use.
      memory: { totalBytes, usedBytes: totalBytes - freemem() },
      gpus,
    }
  }
}
