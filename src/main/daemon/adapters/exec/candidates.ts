import { realpath } from 'node:fs/promises'
import { markVariable, parseMark } from '../../../../shared/domain/identity.ts'
import { redactArgv } from '../../../../shared/text/redact.ts'
import { listensOn, lookTestOf, withoutForks } from '../../host/look-alike.ts'
import type { Candidate, CandidateQuery, ProcessDescription } from '../../host/port.ts'
import { isEnding, isKernelThread, type ProcStat } from '../../host/proc-text.ts'
import { isShimCommand } from '../../host/shim-command.ts'
import { Slices } from '../../host/slices.ts'
import type { LocalSweep } from './fingerprint.ts'
import {
  listPids,
  readCommandLine,
  readEnvironment,
  readExecutable,
  readProcessLink,
  readStat,
  readStatus,
  readVariable,
} from './proc.ts'

export type Machine = { readonly bootId: string; readonly sweep: LocalSweep }

/**
 * The living programs that may be the one asked for, in ascending order of pid (`ProcessHost.findCandidates`). Throws
 * when descriptors ran out: a search that sees nothing would end in a second copy.
 */
export async function findCandidates(
  query: CandidateQuery,
  exclude: (pid: number) => boolean,
  machine: Machine,
): Promise<readonly Candidate[]> {
  const test = await testOf(query, machine.sweep)
  const slices = new Slices()
  const found: Found[] = []
  for (const pid of listPids()) {
    const stat = readStat(pid)
    if (stat !== undefined && isProgram(stat) && test(pid) && isStillThere(stat)) found.push({ stat })
    await slices.breathe()
  }
  return withoutForks(found)
    .filter(({ stat }) => !exclude(stat.pid))
    .map((one) => toCandidate(one, machine.bootId))
}

type Found = { readonly stat: ProcStat }

const isProgram = (stat: ProcStat): boolean => !isEnding(stat) && !isKernelThread(stat) && stat.pid !== process.pid

const isStillThere = ({ pid, startTime }: ProcStat): boolean => readStat(pid)?.startTime === startTime

function toCandidate({ stat: { pid, startTime } }: Found, bootId: string): Candidate {
  return {
    identity: { bootId, pid, startTime },
    argv: redactArgv(readCommandLine(pid)),
    exe: readExecutable(pid) ?? null,
    cwd: readProcessLink(pid, 'cwd') ?? null,
    mark: parseMark(readVariable(pid, markVariable) ?? '') ?? null,
  }
}

type PidTest = (pid: number) => boolean

async function testOf(query: CandidateQuery, sweep: LocalSweep): Promise<PidTest> {
  const look = await lookTestOf(query, (path) => realpath(path).catch(() => path))
  const uid = process.getuid?.()
  return (pid) => {
    const argv = readCommandLine(pid)
    if (isShimCommand(argv) || !look.argv(argv)) return false
    if (!look.links(readExecutable(pid), readProcessLink(pid, 'cwd')) || readStatus(pid)?.uid !== uid) return false
    return look.listen === undefined || listensOn(sweep.read(pid)?.listen ?? [], look.listen)
  }
}

/** See `ProcessHost.describe`. */
export function describeProcess(pid: number, bootId: string): ProcessDescription | null {
  const stat = readStat(pid)
  const status = readStatus(pid)
  if (stat === undefined || status === undefined || isEnding(stat) || isKernelThread(stat)) return null
  const isOurs = status.uid === process.getuid?.()
  const argv = readCommandLine(pid)
  const description = {
    identity: { bootId, pid, startTime: stat.startTime },
    argv,
    exe: readExecutable(pid) ?? null,
    cwd: readProcessLink(pid, 'cwd') ?? null,
    uid: status.uid,
    env: (isOurs ? readEnvironment(pid) : undefined) ?? null,
    isShim: isShimCommand(argv),
  }
  return isStillThere(stat) ? description : null
}
