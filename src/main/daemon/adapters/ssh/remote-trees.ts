import type { TreeMember } from '../../host/port.ts'
import { type ProcStat, parseCommandLine } from '../../host/proc-text.ts'
import { shareLooks } from '../../host/shared-looks.ts'
import { memberOf, type TreeProcess } from '../../host/tree.ts'
import { Trees } from '../../host/trees.ts'
import { remoteLogsOf } from './remote-places.ts'
import { beginScript, scanRemote } from './remote-processes.ts'
import type { RemoteShell } from './remote-shell.ts'
import { deliverRemote } from './remote-signals.ts'
import { newMark, readShown, splitParts } from './remote-text.ts'

/** The trees of the processes on another machine. */
export function createRemoteTrees(shell: RemoteShell): Trees {
  /** Command lines that a scan brought along, by what it saw. */
  const argvOf = new WeakMap<ProcStat, readonly string[]>()

  /** One scan for everybody who is stopped at the same time. */
  const scan = shareLooks(async (logs: readonly ReadonlySet<string>[]) => {
    const seen = await scanRemote(shell, new Set(logs.flatMap((names) => [...names])))
    for (const { stat } of seen.processes) {
      const argv = seen.argvOf.get(stat.pid)
      if (argv !== undefined) argvOf.set(stat, argv)
    }
    return seen
  })

  async function describe(members: readonly TreeProcess[], bootId: string): Promise<readonly TreeMember[]> {
    const unknown = members.filter(({ stat }) => !argvOf.has(stat)).map(({ stat }) => stat.pid)
    const asked = unknown.length === 0 ? new Map<number, string[]>() : await commandLines(shell, unknown)
    return members.map(({ stat }) => memberOf(stat, argvOf.get(stat) ?? asked.get(stat.pid) ?? [], bootId))
  }

  return new Trees({
    scan,
    logNames: (target) => {
      const state = shell.known?.state
      if (state === undefined) return new Set()
      const { out, err } = remoteLogsOf(target)
      return new Set([out, err].flatMap((log) => [`${state}/${log}`, `${state}/${log} (deleted)`]))
    },
    describe,
    deliver: (members, signal) => deliverRemote(shell, members, signal),
  })
}

function commandLines(shell: RemoteShell, pids: readonly number[]): Promise<ReadonlyMap<number, string[]>> {
  const mark = newMark()
  return shell.ask(
    (machine) => `${beginScript(machine, mark)}\nshow ${pids.map((pid) => `/proc/${pid}/cmdline`).join(' ')}\nexit 0\n`,
    ({ output }, { frame }) => {
      const shown = readShown(splitParts(output, mark).parts[0], frame)
      return new Map(pids.map((pid) => [pid, parseCommandLine(shown.get(`/proc/${pid}/cmdline`) ?? Buffer.alloc(0))]))
    },
  )
}
