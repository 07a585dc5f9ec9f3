import type { ProgramIdentity, RunMark } from '../../../shared/domain/identity.ts'
import { redactArgv } from '../../../shared/text/redact.ts'
import type { TreeMember, TreeTarget } from './port.ts'
import type { ProcStat } from './proc-text.ts'
import { isShimCommand } from './shim-command.ts'

/** One process of the machine as a scan saw it; kernel threads and ended processes are left out. */
export type SeenProcess = {
  readonly stat: ProcStat
  readonly mark: RunMark | undefined
  /** One of our shims, which must live to write the end. */
  readonly isShim: boolean
  /**
   * Those of the log files asked about, as the kernel names them, that it holds open for writing. Not asked of who carries
   * a mark: that decides alone.
   */
  readonly writtenLogs: readonly string[]
}

/** `writesLog`: it holds one of the log files of the process in question open for writing. */
export type TreeProcess = Omit<SeenProcess, 'writtenLogs'> & { readonly writesLog: boolean }

export type TreeContext = {
  readonly bootId: string
  /** Who looks: the daemon, or the shell through which it looks. Never a member, and neither are its ancestors. */
  readonly observerPid: number
  /** Members of an earlier look at the same tree: they stay members when what tied them to it has ended. */
  readonly known: readonly ProgramIdentity[]
}

/**
 * The members among `processes`, oldest first: the program, its group, everything with a mark of this process, every
 * writer of its logs, who was a member before, and all their descendants. Never a shim, the observer and its ancestors,
 * process 1, and never another process's tree, to which whoever carries no mark belongs with its parent.
 */
export function treeOf(target: TreeTarget, processes: readonly TreeProcess[], context: TreeContext): TreeProcess[] {
  const byPid = new Map(processes.map((process) => [process.stat.pid, process]))
  const children = childrenByParent(processes)
  const protectedPids = ancestry(context.observerPid, byPid)
  const isOurs = ownershipTest(target, processes, context)
  const foreign = withDescendants(
    processes.filter((process) => process.mark !== undefined && !isOurs(process)),
    children,
    (process) => process.mark === undefined,
  )
  const mayBelong = (process: TreeProcess): boolean =>
    !process.isShim && !protectedPids.has(process.stat.pid) && !foreign.has(process)
  const isRoot = rootTest(target, byPid, context)
  const roots = processes.filter((process) => mayBelong(process) && isRoot(process))
  return [...withDescendants(roots, children, mayBelong)].sort(byAge)
}

/**
 * An attached program may carry the mark of the process that it was before it was detached; so do its children, and those
 * that are left of them when it has ended.
 */
function ownershipTest(
  { processId, program }: TreeTarget,
  processes: readonly TreeProcess[],
  { bootId, known }: TreeContext,
): (process: TreeProcess) => boolean {
  const attached =
    program?.shimPid === null ? processes.find((process) => isProgram(process, program.identity, bootId)) : undefined
  const earlierId = attached?.mark?.processId
  return (process) =>
    carries(process, processId) ||
    (earlierId !== undefined && carries(process, earlierId)) ||
    known.some((identity) => isProgram(process, identity, bootId))
}

const carries = (process: TreeProcess, processId: string): boolean => process.mark?.processId === processId

/** `roots` and, of their descendants, those reached through nobody that `follow` leaves out. */
function withDescendants(
  roots: readonly TreeProcess[],
  children: ReadonlyMap<number, readonly TreeProcess[]>,
  follow: (process: TreeProcess) => boolean,
): ReadonlySet<TreeProcess> {
  const reached = new Set(roots)
  // A Set visits what is added while it is walked, so this reaches every generation.
  for (const parent of reached) {
    for (const child of children.get(parent.stat.pid) ?? []) {
      if (follow(child) && !startedBefore(child, parent)) reached.add(child)
    }
  }
  return reached
}

/** A child older than its parent is the child of an earlier owner of that pid. */
const startedBefore = (left: TreeProcess, right: TreeProcess): boolean =>
  Number(left.stat.startTime) < Number(right.stat.startTime)

/** Oldest first; pids decide within one clock tick. */
const byAge = (left: Pick<SeenProcess, 'stat'>, right: Pick<SeenProcess, 'stat'>): number =>
  Number(left.stat.startTime) - Number(right.stat.startTime) || left.stat.pid - right.stat.pid

const isProgram = (process: TreeProcess, identity: ProgramIdentity, bootId: string): boolean =>
  identity.bootId === bootId && process.stat.pid === identity.pid && process.stat.startTime === identity.startTime

function rootTest(
  target: TreeTarget,
  byPid: ReadonlyMap<number, TreeProcess>,
  context: TreeContext,
): (process: TreeProcess) => boolean {
  const { program, processId } = target
  const known = new Map(context.known.map((identity) => [identity.pid, identity]))
  // An attached program shares its group with whoever started it.
  const group = isGroupOurs(target, byPid, context.bootId) ? program?.shimPid : undefined
  return (process) => {
    const before = known.get(process.stat.pid)
    return (
      carries(process, processId) ||
      process.writesLog ||
      (group !== undefined && group !== null && process.stat.pgrp === group) ||
      (program !== null && isProgram(process, program.identity, context.bootId)) ||
      (before !== undefined && isProgram(process, before, context.bootId))
    )
  }
}

/**
 * Whether the group number still means the group of this run. The kernel gives no number away that is a group or a
 * session in use, so it does while somebody proven is in that session: the program itself, or one with this process's
 * mark (the shim among them). Otherwise it may be the number of somebody else's group by now.
 */
function isGroupOurs(target: TreeTarget, byPid: ReadonlyMap<number, TreeProcess>, bootId: string): boolean {
  const { program } = target
  if (program === null || program.shimPid === null || program.identity.bootId !== bootId) return false
  const isProven = (process: TreeProcess): boolean =>
    carries(process, target.processId) || isProgram(process, program.identity, bootId)
  return [...byPid.values()].some((process) => process.stat.session === program.shimPid && isProven(process))
}

/** `pid`, its ancestors and process 1. */
function ancestry(pid: number, byPid: ReadonlyMap<number, TreeProcess>): ReadonlySet<number> {
  const pids = new Set([1])
  for (let at: number | undefined = pid; at !== undefined && !pids.has(at); at = byPid.get(at)?.stat.ppid) pids.add(at)
  return pids
}

function childrenByParent(processes: readonly TreeProcess[]): ReadonlyMap<number, readonly TreeProcess[]> {
  const children = new Map<number, TreeProcess[]>()
  for (const process of processes) {
    const siblings = children.get(process.stat.ppid)
    if (siblings === undefined) children.set(process.stat.ppid, [process])
    else siblings.push(process)
  }
  return children
}

/**
 * Whether it is a shim. A shim leads its session; the child it forked shows the same command line until its exec and leads
 * nothing.
 */
export const isShim = (stat: ProcStat, mark: RunMark | undefined, argv: () => readonly string[]): boolean =>
  mark !== undefined && stat.pid === stat.session && isShimCommand(argv())

/** A living program with a mark, as `ProcessHost.findMarked` gives it. */
export type MarkedProgram = {
  readonly mark: RunMark
  readonly identity: ProgramIdentity
  readonly shimPid: number
}

/**
 * Every marked process that is no shim; of each run the program itself comes first: the shim's own child, or the
 * oldest where the shim is gone.
 */
export function markedPrograms(
  processes: readonly Omit<SeenProcess, 'writtenLogs'>[],
  bootId: string,
): readonly MarkedProgram[] {
  const shims = new Set(processes.filter((process) => process.isShim).map((process) => process.stat.pid))
  const rank = (process: Omit<SeenProcess, 'writtenLogs'>): number => (shims.has(process.stat.ppid) ? 0 : 1)
  return processes
    .filter((process) => !process.isShim)
    .sort((left, right) => rank(left) - rank(right) || byAge(left, right))
    .flatMap(({ mark, stat }) =>
      mark === undefined
        ? []
        : [{ mark, identity: { bootId, pid: stat.pid, startTime: stat.startTime }, shimPid: stat.pgrp }],
    )
}

/** A command is shown in one line of a report. */
const longestCommand = 200

/** As a report shows it; a program that wiped its command line has only its name. */
export function memberOf(stat: ProcStat, argv: readonly string[], bootId: string): TreeMember {
  const command = redactArgv(argv).join(' ').slice(0, longestCommand)
  return {
    identity: { bootId, pid: stat.pid, startTime: stat.startTime },
    command: command === '' ? `[${stat.comm}]` : command,
  }
}
