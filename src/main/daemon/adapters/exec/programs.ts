import type { ProgramIdentity } from '../../../../shared/domain/identity.ts'
import { isEnding, isKernelThread } from '../../host/proc-text.ts'
import { isShimCommand } from '../../host/shim-command.ts'
import { Slices } from '../../host/slices.ts'
import { listPids, readCommandLine, readStat, readStatus } from './proc.ts'

type RunningProgram = { readonly identity: ProgramIdentity; readonly argv: readonly string[] }

/** Every living program of this user with its real command line, in ascending order of pid (`ProcessHost.programs`). */
export async function listPrograms(bootId: string): Promise<readonly RunningProgram[]> {
  const slices = new Slices()
  const uid = process.getuid?.() ?? 0
  const programs: RunningProgram[] = []
  for (const pid of listPids()) {
    const stat = readStat(pid)
    const isProgram = stat !== undefined && !isEnding(stat) && !isKernelThread(stat) && pid !== process.pid
    if (isProgram && readStatus(pid)?.uid === uid) {
      const argv = readCommandLine(pid)
      if (argv.length > 0 && !isShimCommand(argv)) {
        programs.push({ identity: { bootId, pid, startTime: stat.startTime }, argv })
      }
    }
    await slices.breathe()
  }
  return programs
}
