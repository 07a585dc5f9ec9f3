import { realpath } from 'node:fs/promises'
import { basename } from 'node:path'
import { markVariable, parseMark } from '../../../../shared/domain/identity.ts'
import type { MatchRule } from '../../../../shared/domain/match-rule.ts'
import { redactArgv } from '../../../../shared/text/redact.ts'
import type { Candidate, CandidateQuery, FingerprintSweep, ProcessDescription } from './port.ts'
import {
  isEnding,
  isKernelThread,
  listPids,
  type ProcStat,
  readCommandLine,
  readEnvironment,
  readExecutable,
  readProcessLink,
  readStat,
  readVariable,
} from './proc.ts'
import { isShimCommand } from './shim.ts'
import { Slices } from './slices.ts'
import { readStatus } from './status.ts'

export type Machine = { readonly bootId: string; readonly sweep: FingerprintSweep }

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
  const found: ProcStat[] = []
  for (const pid of listPids()) {
    const stat = readStat(pid)
    if (stat !== undefined && isProgram(stat) && test(pid) && isStillThere(stat)) found.push(stat)
    await slices.breathe()
  }
  return withoutForks(found)
    .filter((stat) => !exclude(stat.pid))
    .map((stat) => toCandidate(stat, machine.bootId))
}

const isProgram = (stat: ProcStat): boolean => !isEnding(stat) && !isKernelThread(stat) && stat.pid !== process.pid

const isStillThere = ({ pid, startTime }: ProcStat): boolean => readStat(pid)?.startTime === startTime

/** A process that forks without an exec shows its command line twice; the one that was started is the parent. */
function withoutForks(found: readonly ProcStat[]): readonly ProcStat[] {
  const startOf = new Map(found.map((stat) => [stat.pid, Number(stat.startTime)]))
  // A parent that is younger than its child is a later owner of that pid.
  return found.filter((stat) => !((startOf.get(stat.ppid) ?? Number.POSITIVE_INFINITY) <= Number(stat.startTime)))
}

function toCandidate({ pid, startTime }: ProcStat, bootId: string): Candidate {
  return {
    identity: { bootId, pid, startTime },
    argv: redactArgv(readCommandLine(pid)),
    exe: readExecutable(pid) ?? null,
    cwd: readProcessLink(pid, 'cwd') ?? null,
    mark: parseMark(readVariable(pid, markVariable) ?? '') ?? null,
  }
}

type PidTest = (pid: number) => boolean

/** Cheap questions first: most processes fail the first. */
async function testOf(query: CandidateQuery, sweep: FingerprintSweep): Promise<PidTest> {
  const rule = query.match !== null && saysSomething(query.match) ? query.match : null
  const looksRight = rule === null ? await sameTest(query) : await ruleTest(rule)
  const { listen } = rule ?? {}
  return (pid) => {
    const argv = readCommandLine(pid)
    if (isShimCommand(argv) || !looksRight(pid, argv) || readStatus(pid)?.uid !== query.uid) return false
    return listen === undefined || listensOn(sweep.read(pid)?.listen ?? [], listen)
  }
}

const saysSomething = ({ exe, argv_prefix, cwd, listen }: MatchRule): boolean =>
  exe !== undefined || cwd !== undefined || listen !== undefined || (argv_prefix?.length ?? 0) > 0

/** Of a process and its command line as it is, not redacted. */
type LookTest = (pid: number, argv: readonly string[]) => boolean

async function sameTest({ argv: wanted, exe, cwd }: CandidateQuery): Promise<LookTest> {
  const [isExe, isCwd] = [await pathTest(exe), await pathTest(cwd)]
  return (pid, argv) =>
    wanted.length > 0 &&
    argv.length === wanted.length &&
    startsWith(redactArgv(argv), wanted) &&
    isExe(readExecutable(pid)) &&
    isCwd(readProcessLink(pid, 'cwd'))
}

async function ruleTest({ exe, argv_prefix: prefix = [], cwd }: MatchRule): Promise<LookTest> {
  const [isExe, isCwd] = [await executableTest(exe), await pathTest(cwd ?? null)]
  return (pid, argv) =>
    (prefix.length === 0 || startsWith(redactArgv(argv), prefix)) &&
    isExe(readExecutable(pid)) &&
    isCwd(readProcessLink(pid, 'cwd'))
}

const startsWith = (argv: readonly string[], prefix: readonly string[]): boolean =>
  prefix.every((element, index) => element === argv[index])

type PathTest = (path: string | undefined) => boolean

async function executableTest(exe: string | undefined): Promise<PathTest> {
  if (exe === undefined || exe.includes('/')) return pathTest(exe ?? null)
  return (path) => path !== undefined && basename(path) === exe
}

/** The kernel names paths without symbolic links; what is wanted may have some. Null wants nothing in particular. */
async function pathTest(wanted: string | null): Promise<PathTest> {
  if (wanted === null) return () => true
  const real = await realpath(wanted).catch(() => wanted)
  return (path) => path === wanted || path === real
}

/** `wanted` is an endpoint, or a port with or without `:` or `*:` before it. */
function listensOn(endpoints: readonly string[], wanted: string): boolean {
  const port = /^\*?:?(\d+)$/.exec(wanted)?.[1]
  return port === undefined ? endpoints.includes(wanted) : endpoints.some((endpoint) => endpoint.endsWith(`:${port}`))
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
