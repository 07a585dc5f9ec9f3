import { realpathSync } from 'node:fs'
import { markVariable, parseMark } from '../../../../shared/domain/identity.ts'
import { hasEnded, isKernelThread, type ProcStat } from '../../host/proc-text.ts'
import { Slices } from '../../host/slices.ts'
import { isShim, type SeenProcess } from '../../host/tree.ts'
import {
  isWritableDescriptor,
  listDescriptors,
  listPids,
  readCommandLine,
  readDescriptor,
  readStat,
  readVariable,
} from './proc.ts'

/** How many descriptors are looked at between two looks at the clock. */
const descriptorsPerCheck = 64

/**
 * Looks at every living process once, in slices. `logs` are files as the kernel names them (`logNames`). Throws when descriptors ran out: a scan that sees nothing would be
 * taken for a tree that is gone.
 */
export async function scanProcesses(logs: ReadonlySet<string>): Promise<readonly SeenProcess[]> {
  const slices = new Slices()
  const seen: SeenProcess[] = []
  for (const pid of listPids()) {
    const stat = readStat(pid)
    if (stat !== undefined && !hasEnded(stat) && !isKernelThread(stat)) seen.push(await lookAt(stat, logs, slices))
    await slices.breathe()
  }
  return seen
}

async function lookAt(stat: ProcStat, logs: ReadonlySet<string>, slices: Slices): Promise<SeenProcess> {
  const text = readVariable(stat.pid, markVariable)
  const mark = text === undefined ? undefined : parseMark(text)
  const asksFiles = mark === undefined && logs.size > 0 && stat.pid !== process.pid
  return {
    stat,
    mark,
    isShim: isShim(stat, mark, () => readCommandLine(stat.pid)),
    writtenLogs: asksFiles ? await writtenBy(stat.pid, logs, slices) : [],
  }
}

/** As the kernel names them: without symbolic links, and once more as they are called after a removal. */
export function logNames(logFiles: readonly string[]): ReadonlySet<string> {
  return new Set(logFiles.map(realPath).flatMap((path) => [path, `${path} (deleted)`]))
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** By the name of the link, not by opening or asking what it leads to: that could hang on a dead network share. */
async function writtenBy(pid: number, logs: ReadonlySet<string>, slices: Slices): Promise<readonly string[]> {
  const written: string[] = []
  for (const [index, descriptor] of listDescriptors(pid).entries()) {
    const path = readDescriptor(pid, descriptor)
    if (path !== undefined && logs.has(path) && isWritableDescriptor(pid, descriptor)) written.push(path)
    if (index % descriptorsPerCheck === descriptorsPerCheck - 1) await slices.breathe()
  }
  return written
}
