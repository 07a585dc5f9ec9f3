import type { MatchRule } from '../../../shared/domain/match-rule.ts'
import { redactArgv } from '../../../shared/text/redact.ts'
import type { CandidateQuery } from './port.ts'
import type { ProcStat } from './proc-text.ts'

/** What a search wants to see, cheap questions first: most processes fail the first. */
export type LookTest = {
  /** Of the command line as it is, not redacted. */
  readonly argv: (argv: readonly string[]) => boolean
  /** Of the executable and the working directory; undefined where they could not be read. */
  readonly links: (exe: string | undefined, cwd: string | undefined) => boolean
  /** An endpoint that it must listen on (`listensOn`), or undefined. */
  readonly listen: string | undefined
}

/** The path without symbolic links, as the kernel names it on that machine; the same path where there is none such. */
export type RealPath = (path: string) => Promise<string>

/** The test that `ProcessHost.findCandidates` describes. */
export async function lookTestOf(query: CandidateQuery, realPath: RealPath): Promise<LookTest> {
  const rule = query.match !== null && saysSomething(query.match) ? query.match : null
  return rule === null ? await sameTest(query, realPath) : await ruleTest(rule, realPath)
}

const saysSomething = ({ exe, argv_prefix, cwd, listen }: MatchRule): boolean =>
  exe !== undefined || cwd !== undefined || listen !== undefined || (argv_prefix?.length ?? 0) > 0

async function sameTest({ argv: wanted, exe, cwd }: CandidateQuery, realPath: RealPath): Promise<LookTest> {
  const [isExe, isCwd] = [await pathTest(exe, realPath), await pathTest(cwd, realPath)]
  return {
    argv: (argv) => wanted.length > 0 && argv.length === wanted.length && startsWith(redactArgv(argv), wanted),
    links: (seenExe, seenCwd) => isExe(seenExe) && isCwd(seenCwd),
    listen: undefined,
  }
}

async function ruleTest(rule: MatchRule, realPath: RealPath): Promise<LookTest> {
  const { exe, argv_prefix: prefix = [], cwd, listen } = rule
  const [isExe, isCwd] = [await executableTest(exe, realPath), await pathTest(cwd ?? null, realPath)]
  return {
    argv: (argv) => prefix.length === 0 || startsWith(redactArgv(argv), prefix),
    links: (seenExe, seenCwd) => isExe(seenExe) && isCwd(seenCwd),
    listen,
  }
}

const startsWith = (argv: readonly string[], prefix: readonly string[]): boolean =>
  prefix.every((element, index) => element === argv[index])

type PathTest = (path: string | undefined) => boolean

async function executableTest(exe: string | undefined, realPath: RealPath): Promise<PathTest> {
  if (exe === undefined || exe.includes('/')) return pathTest(exe ?? null, realPath)
  return (path) => path !== undefined && path.slice(path.lastIndexOf('/') + 1) === exe
}

/** The kernel names paths without symbolic links; what is wanted may have some. Null wants nothing in particular. */
async function pathTest(wanted: string | null, realPath: RealPath): Promise<PathTest> {
  if (wanted === null) return () => true
  const real = await realPath(wanted)
  return (path) => path === wanted || path === real
}

/** `wanted` is an endpoint, or a port with or without `:` or `*:` before it. */
export function listensOn(endpoints: readonly string[], wanted: string): boolean {
  const port = /^\*?:?(\d+)$/.exec(wanted)?.[1]
  return port === undefined ? endpoints.includes(wanted) : endpoints.some((endpoint) => endpoint.endsWith(`:${port}`))
}

/** A process that forks without an exec shows its command line twice; the one that was started is the parent. */
export function withoutForks<Found extends { readonly stat: ProcStat }>(found: readonly Found[]): readonly Found[] {
  const startOf = new Map(found.map(({ stat }) => [stat.pid, Number(stat.startTime)]))
  // A parent that is younger than its child is a later owner of that pid.
  return found.filter(({ stat }) => !((startOf.get(stat.ppid) ?? Number.POSITIVE_INFINITY) <= Number(stat.startTime)))
}
