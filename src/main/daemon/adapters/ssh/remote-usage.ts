import type { Program } from '../../../../shared/domain/life.ts'
import type { TreeUsage } from '../../host/port.ts'
import type { ProcStat } from '../../host/proc-text.ts'
import { cpuSecondsOf, listenersByLink, treesOf } from '../../host/tree-usage.ts'
import { lsLinks } from './remote-links.ts'
import type { RemoteMachine } from './remote-machine.ts'
import { beginScript, ownStatusFiles, readStats, wideLook } from './remote-processes.ts'
import type { RemoteShell } from './remote-shell.ts'
import { newMark, readShown, splitParts } from './remote-text.ts'

/** See `ProcessHost.usage`: two asks, however many programs. Members of other users are not counted. */
export async function usageOfRemote(
  shell: RemoteShell,
  programs: readonly Program[],
  withPorts: boolean,
): Promise<readonly TreeUsage[]> {
  if (programs.length === 0) return []
  const mark = newMark()
  const { stats, machine } = await shell.ask(
    (asked) => `${beginScript(asked, mark)}
paths=
for path in ${ownStatusFiles(asked)}; do paths="$paths \${path%status}stat"; done
show $paths
exit 0
`,
    ({ output }, asked) => ({
      stats: [...readStats(readShown(splitParts(output, mark).parts[0], asked.frame)).values()],
      machine: asked,
    }),
    wideLook,
  )
  const trees = treesOf(programs, stats)
  const used = await readUse(shell, trees.flat(), withPorts)
  return trees.map((members) => treeUsage(members, used, machine))
}

type Use = {
  /** Bytes by pid, where they may be read. */
  readonly memory: ReadonlyMap<number, number>
  readonly listen: ReadonlyMap<number, readonly string[]>
}

function treeUsage(members: readonly ProcStat[], { memory, listen }: Use, machine: RemoteMachine): TreeUsage {
  return {
    cpuSeconds: cpuSecondsOf(members, machine.ticksPerSecond),
    memoryBytes: members.reduce((sum, stat) => sum + (memory.get(stat.pid) ?? stat.rssPages * machine.pageBytes), 0),
    listen: [...new Set(members.flatMap(({ pid }) => listen.get(pid) ?? []))].sort(),
  }
}

async function readUse(shell: RemoteShell, members: readonly ProcStat[], withPorts: boolean): Promise<Use> {
  const [first] = members
  if (first === undefined) return { memory: new Map(), listen: new Map() }
  const paths = (name: string) => members.map(({ pid }) => `/proc/${pid}/${name}`).join(' ')
  const mark = newMark()
  return shell.ask(
    (machine) => `${beginScript(machine, mark)}
part
grep -s '^Pss:' /dev/null ${paths('smaps_rollup')}
part
${withPorts ? `grep -hs ' 0A ' /proc/${first.pid}/net/tcp /proc/${first.pid}/net/tcp6` : ''}
part
${withPorts ? `${lsLinks(machine.names)} -d ${members.map(({ pid }) => `/proc/${pid}/fd/*`).join(' ')} | grep -F socket:` : ''}
exit 0
`,
    ({ output }) => {
      const [memory, table, sockets] = splitParts(output, mark).parts.map((part) => part.toString('latin1'))
      return {
        memory: parseMemory(memory ?? ''),
        listen: parseListeners(sockets ?? '', listenersByLink([table ?? ''])),
      }
    },
    wideLook,
  )
}

const parseMemory = (text: string): ReadonlyMap<number, number> =>
  new Map(
    [...text.matchAll(/^\/proc\/(\d+)\/smaps_rollup:Pss:\s+(\d+) kB$/gm)].map(([, pid, kibibytes]) => [
      Number(pid),
      Number(kibibytes) * 1024,
    ]),
  )

/** Lines of `... /proc/PID/fd/FD -> socket:[INODE]`, by pid. */
function parseListeners(text: string, listeners: ReadonlyMap<string, string>): ReadonlyMap<number, readonly string[]> {
  const byPid = new Map<number, string[]>()
  for (const [, pid, socket] of text.matchAll(/ \/proc\/(\d+)\/fd\/\d+ -> (socket:\[\d+\])$/gm)) {
    const address = listeners.get(socket ?? '')
    if (address !== undefined) byPid.set(Number(pid), [...(byPid.get(Number(pid)) ?? []), address])
  }
  return byPid
}
