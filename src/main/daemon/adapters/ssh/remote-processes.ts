import { markVariable, parseMark, type RunMark } from '../../../../shared/domain/identity.ts'
import {
  findInEnviron,
  hasEnded,
  isKernelThread,
  type ProcStat,
  parseCommandLine,
  parseStat,
} from '../../host/proc-text.ts'
import { isShim, type SeenProcess } from '../../host/tree.ts'
import { quote } from './quote.ts'
import { isNamed, linkTo, lsLinks, parseManyDescriptors } from './remote-links.ts'
import type { RemoteMachine } from './remote-machine.ts'
import type { RemoteShell } from './remote-shell.ts'
import { BoundaryLost, type NameStyle, newMark, readShown, showFunction, splitParts } from './remote-text.ts'

/** A look at every process takes longer than one at a file: it goes where it holds up nobody who waits for an answer. */
export const wideLook = { lane: 'slow', maxBytes: 64 * 1024 * 1024 } as const

/** Begins a script that uses `show` and `part`. */
export const beginScript = (machine: RemoteMachine, mark: string): string =>
  `cd -- ${quote(machine.state)} || exit 70\n${showFunction(machine.frame, mark)}`

/** The stat of each `/proc/PID/stat` that was shown, by pid; zombies included. */
export function readStats(shown: ReadonlyMap<string, Buffer>): ReadonlyMap<number, ProcStat> {
  const stats = [...shown]
    .filter(([name]) => name.endsWith('/stat'))
    .flatMap(([, bytes]) => parseStat(bytes.toString('latin1')) ?? [])
  return new Map(stats.map((stat) => [stat.pid, stat]))
}

/** The arguments in each `/proc/PID/cmdline` that was shown, by pid. */
const readArguments = (shown: ReadonlyMap<string, Buffer>): ReadonlyMap<number, readonly string[]> =>
  new Map(
    [...shown].flatMap(([name, bytes]) => {
      const pid = /^\/proc\/(\d+)\/cmdline$/.exec(name)?.[1]
      return pid === undefined ? [] : [[Number(pid), parseCommandLine(bytes)] as const]
    }),
  )

export type RemoteScan = {
  readonly processes: readonly SeenProcess[]
  readonly bootId: string
  /** The shell that looked. */
  readonly observerPid: number
  /** Of those that carry a mark; others were not asked. */
  readonly argvOf: ReadonlyMap<number, readonly string[]>
}

/**
 * Looks at every living process of the machine. `logs` are files as its kernel names them; who holds one open for writing
 * says so in `writtenLogs`.
 */
export function scanRemote(shell: RemoteShell, logs: ReadonlySet<string>): Promise<RemoteScan> {
  const mark = newMark()
  return shell.ask(
    (machine) => scanScript(machine, mark, logs),
    ({ output }, machine) => {
      const { before, parts } = splitParts(output, mark)
      const [stats, marked, descriptors] = parts
      if (descriptors === undefined) throw new BoundaryLost('A look at all processes was cut off.')
      const shown = readShown(marked, machine.frame)
      const argvOf = readArguments(shown)
      const facts = {
        argvOf,
        markOf: readMarks(shown),
        written: parseWriters(descriptors.toString('latin1'), logs, machine.names),
      }
      const processes = [...readStats(readShown(stats, machine.frame)).values()]
        .filter((stat) => !hasEnded(stat) && !isKernelThread(stat))
        .map((stat) => seenProcess(stat, facts))
      return { processes, bootId: machine.bootId, observerPid: Number(before.toString('latin1')), argvOf }
    },
    wideLook,
  )
}

type ScanFacts = {
  readonly argvOf: ReadonlyMap<number, readonly string[]>
  readonly markOf: ReadonlyMap<number, RunMark>
  readonly written: ReadonlyMap<number, readonly string[]>
}

function seenProcess(stat: ProcStat, { argvOf, markOf, written }: ScanFacts): SeenProcess {
  const mark = markOf.get(stat.pid)
  return {
    stat,
    mark,
    isShim: isShim(stat, mark, () => argvOf.get(stat.pid) ?? []),
    writtenLogs: mark === undefined ? (written.get(stat.pid) ?? []) : [],
  }
}

/** Only of those whose environment has a mark somewhere: everybody's would be megabytes. */
const markedScript = `paths=
for path in $(grep -ls ${markVariable}= /proc/[0-9]*/environ); do
paths="$paths $path \${path%environ}cmdline"
done
show $paths`

function scanScript(machine: RemoteMachine, mark: string, logs: ReadonlySet<string>): string {
  const wanted = [...logs].map((path) => `-e ${quote(linkTo(path, machine.names))}`)
  return `${beginScript(machine, mark)}
printf %s "$$"
show /proc/[0-9]*/stat
${markedScript}
part
${wanted.length === 0 ? '' : `${lsLinks(machine.names)} /proc/[0-9]*/fd | grep -F -e /fd: ${wanted.join(' ')}`}
exit 0
`
}

/** The mark in each `/proc/PID/environ` that was shown, by pid. */
function readMarks(shown: ReadonlyMap<string, Buffer>): ReadonlyMap<number, RunMark> {
  return new Map(
    [...shown].flatMap(([name, bytes]) => {
      const pid = /^\/proc\/(\d+)\/environ$/.exec(name)?.[1]
      const mark = parseMark(findInEnviron(bytes, markVariable) ?? '')
      return pid === undefined || mark === undefined ? [] : [[Number(pid), mark] as const]
    }),
  )
}

/** Who holds which of the logs open for writing, by pid. */
function parseWriters(
  text: string,
  logs: ReadonlySet<string>,
  style: NameStyle,
): ReadonlyMap<number, readonly string[]> {
  return new Map(
    [...parseManyDescriptors(text, style)].map(([pid, descriptors]) => [
      pid,
      descriptors.flatMap(({ isWritable, target }) =>
        isWritable && target !== undefined ? [...logs].filter((path) => isNamed(target, path, style)) : [],
      ),
    ]),
  )
}

/** One program of our user there, with its real command line. */
export type RemoteProgram = { readonly stat: ProcStat; readonly argv: readonly string[] }

/**
 * Every living process of our user there, in ascending order of pid, kernel threads and the shells that we look through
 * left out.
 */
export function listRemote(shell: RemoteShell): Promise<readonly RemoteProgram[]> {
  const mark = newMark()
  return shell.ask(
    (machine) => `${beginScript(machine, mark)}
printf %s "$$"
paths=
for path in ${ownStatusFiles(machine)}; do paths="$paths \${path%status}stat \${path%status}cmdline"; done
show $paths
exit 0
`,
    ({ output }, machine) => {
      const { before, parts } = splitParts(output, mark)
      const shown = readShown(parts[0], machine.frame)
      const stats = readStats(shown)
      const argvOf = readArguments(shown)
      const observers = observersOf(Number(before.toString('latin1')), stats)
      return [...stats.values()]
        .filter((stat) => !hasEnded(stat) && !isKernelThread(stat) && !observers(stat))
        .map((stat) => ({ stat, argv: argvOf.get(stat.pid) ?? [] }))
        .sort((left, right) => left.stat.pid - right.stat.pid)
    },
    wideLook,
  )
}

/** The names of /proc/PID/status of all whose real user is ours. The kernel escapes newlines in what a name is given. */
export const ownStatusFiles = ({ uid }: RemoteMachine): string =>
  `$(grep -ls '^Uid:${'\t'}${uid}${'\t'}' /proc/[0-9]*/status)`

/** What a server calls the process that serves one login. */
const serverName = /^(sshd|dropbear)/

/** The shell that looks, what it runs, the server above it, and the other shells of the same connection. */
function observersOf(pid: number, stats: ReadonlyMap<number, ProcStat>): (stat: ProcStat) => boolean {
  const server = stats.get(stats.get(pid)?.ppid ?? 0)
  const serverPid = server !== undefined && serverName.test(server.comm) ? server.pid : undefined
  return (stat) => [stat.pid, stat.ppid].some((one) => one === pid || one === serverPid)
}
