import type { GpuRow, HostRow } from '../../../../shared/domain/host.ts'
import { gpuTool } from '../../host/gpus.ts'
import { HostUnreachable } from '../../host/port.ts'
import { type MachineLoad, readLoad } from './remote-bytes.ts'
import type { RemoteShell } from './remote-shell.ts'

/** What the Hosts screen shows of a machine. */
export type RemoteFacts = Pick<HostRow, 'cores' | 'load1' | 'memory'> & {
  readonly gpus: readonly GpuRow[]
  readonly kernel: string
}

/** nvidia-smi takes some 50 ms of CPU time for each look, and a bar need not be younger. */
const gpuEveryMs = 4000
/** A machine without GPUs gets some only with a new driver. */
const noGpuEveryMs = 60_000
/** It wakes a driver that was not in use, which takes up to ten seconds. */
const gpuTimeoutMs = 20_000

/** Measures the machine as often as it is asked for, and its GPUs less often. */
export class RemoteFactsReader {
  /** As of the last look; null before the first. */
  last: RemoteFacts | null = null
  private readonly shell: RemoteShell
  private gpus: readonly GpuRow[] = []
  private nextGpus = 0
  private isReadingGpus = false

  constructor(shell: RemoteShell) {
    this.shell = shell
  }

  /** Takes in what came along with another look. */
  noteLoad(load: MachineLoad): void {
    const machine = this.shell.known
    if (machine !== null) this.last = { cores: machine.cores, kernel: machine.kernel, ...load, gpus: this.gpus }
  }

  /** Load and memory now, and the GPUs as of their last look, which this begins where it is due. */
  async measure(): Promise<RemoteFacts> {
    const load = await readLoad(this.shell)
    if (Date.now() >= this.nextGpus && !this.isReadingGpus) void this.readGpus()
    const { cores, kernel } = await this.shell.machine()
    const facts = { cores, kernel, ...load, gpus: this.gpus }
    this.last = facts
    return facts
  }

  /** Never rejects. */
  private async readGpus(): Promise<void> {
    this.isReadingGpus = true
    try {
      this.gpus = await this.shell.ask(
        () => `LC_ALL=C; export LC_ALL\n${gpuTool.script} 2>/dev/null\n`,
        ({ status, output }) => (status === 0 ? gpuTool.parse(output.toString('utf8')) : []),
        { lane: 'slow', timeoutMs: gpuTimeoutMs },
      )
    } catch (error) {
      // Of a machine that is away nothing is known; one whose driver hangs has no GPU to show.
      if (!(error instanceof HostUnreachable)) throw error
      this.gpus = []
    } finally {
      this.isReadingGpus = false
      this.nextGpus = Date.now() + (this.gpus.length > 0 ? gpuEveryMs : noGpuEveryMs)
      if (this.last !== null) this.last = { ...this.last, gpus: this.gpus }
    }
  }
}
