import { markVariable, parseMark } from '../../../../shared/domain/identity.ts'
import { redactArgv } from '../../../../shared/text/redact.ts'
import { listensOn, lookTestOf, withoutForks } from '../../host/look-alike.ts'
import type { Candidate, CandidateQuery, FingerprintSweep, ProcessDescription } from '../../host/port.ts'
import { type ProcStatus, parseStatus } from '../../host/proc-status.ts'
import {
  findInEnviron,
  isEnding,
  isKernelThread,
  type ProcStat,
  parseCommandLine,
  parseEnviron,
  parseStat,
} from '../../host/proc-text.ts'
import { isShimCommand } from '../../host/shim-command.ts'
import { quote } from './quote.ts'
import { wordOf } from './remote-launch.ts'
import { lsLinks, parseLinks, type RemoteLinks } from './remote-links.ts'
import type { RemoteMachine } from './remote-machine.ts'
import { beginScript, listRemote, type RemoteProgram, wideLook } from './remote-processes.ts'
import type { RemoteShell } from './remote-shell.ts'
import { newMark, readShown, splitParts } from './remote-text.ts'

/** One process as it was at the beginning and at the end of a look at it; null when it is gone, ends, or was another's. */
export type SeenTwice = {
  readonly stat: ProcStat
  readonly status: ProcStatus
  readonly file: (name: string) => Buffer
}

/** `first` and `last` are what `show` gave of /proc/PID before and after everything else. */
export function readSeenTwice(
  pid: number,
  first: ReadonlyMap<string, Buffer>,
  last: ReadonlyMap<string, Buffer>,
): SeenTwice | null {
  const file = (name: string) => first.get(`/proc/${pid}/${name}`) ?? Buffer.alloc(0)
  const stat = parseStat(file('stat').toString('latin1'))
  const after = parseStat((last.get(`/proc/${pid}/stat`) ?? '').toString('latin1'))
  const status = parseStatus(file('status').toString('latin1'))
  if (stat === undefined || status === undefined || isKernelThread(stat)) return null
  // What ended meanwhile seemed to have no files, and the pid may already be another's.
  if (after === undefined || after.startTime !== stat.startTime || isEnding(after)) return null
  return { stat, status, file }
}

/** See `ProcessHost.describe`. */
export async function describeRemote(shell: RemoteShell, pid: number): Promise<ProcessDescription | null> {
  const mark = newMark()
  const found = await shell.ask(
    (machine) => `${beginScript(machine, mark)}
show /proc/${pid}/stat /proc/${pid}/status /proc/${pid}/cmdline /proc/${pid}/environ
show /proc/${pid}/stat
exit 0
`,
    ({ output }, machine) => {
      const [first, last] = splitParts(output, mark).parts
      return { machine, seen: readSeenTwice(pid, readShown(first, machine.frame), readShown(last, machine.frame)) }
    },
  )
  if (found.seen === null) return null
  const { machine, seen } = found
  const { stat, status, file } = seen
  const links = (await linksOf(shell, [pid])).get(pid)
  const argv = parseCommandLine(file('cmdline'))
  return {
    identity: { bootId: machine.bootId, pid, startTime: stat.startTime },
    argv,
    exe: links?.exe ?? null,
    cwd: links?.cwd ?? null,
    uid: status.uid,
    env: status.uid === machine.uid ? parseEnviron(file('environ')) : null,
    isShim: isShimCommand(argv),
  }
}

/** Executables and working directories, by pid; those are missing that are gone or not ours to look at. */
export async function linksOf(shell: RemoteShell, pids: readonly number[]): Promise<ReadonlyMap<number, RemoteLinks>> {
  if (pids.length === 0) return new Map()
  const paths = pids.flatMap((pid) => [`/proc/${pid}/exe`, `/proc/${pid}/cwd`])
  const listed = await shell.ask(
    ({ names }) => `LC_ALL=C ${lsLinks(names)} ${paths.join(' ')} 2>/dev/null\nexit 0\n`,
    ({ output }, { names }) => ({ names, links: parseLinks(output.toString('latin1'), names) }),
    wideLook,
  )
  const isExact = ({ exe, cwd }: RemoteLinks) => listed.names === 'escaped' || !`${exe}${cwd}`.includes('?')
  const odd = [...listed.links].filter(([, links]) => !isExact(links)).map(([pid]) => pid)
  return odd.length === 0 ? listed.links : new Map([...listed.links, ...(await readLinks(shell, odd))])
}

/** The same, a command for each link: exact where `ls` writes question marks. */
function readLinks(shell: RemoteShell, pids: readonly number[]): Promise<ReadonlyMap<number, RemoteLinks>> {
  const mark = newMark()
  return shell.ask(
    (machine) => `${beginScript(machine, mark)}
for pid in ${pids.join(' ')}; do part; readlink /proc/$pid/exe; part; readlink /proc/$pid/cwd; done
part
exit 0
`,
    ({ output }) => {
      const texts = splitParts(output, mark).parts.map((part) => part.toString('utf8').replace(/\n$/, '') || undefined)
      return new Map(
        pids.map((pid, index) => [
          pid,
          {
            exe: texts[2 * index]?.replace(/ \(deleted\)$/, ''),
            cwd: texts[2 * index + 1],
            network: undefined,
          },
        ]),
      )
    },
    wideLook,
  )
}

/** See `ProcessHost.findCandidates`. `sweep` is asked where a program must listen. */
export async function findRemoteCandidates(
  shell: RemoteShell,
  query: CandidateQuery,
  { exclude, sweep }: { readonly exclude: (pid: number) => boolean; readonly sweep: FingerprintSweep },
): Promise<readonly Candidate[]> {
  const look = await lookTestOf(query, (path) => realPath(shell, path))
  const alike = (await listRemote(shell)).filter(
    ({ stat, argv }) => !isEnding(stat) && !isShimCommand(argv) && look.argv(argv),
  )
  const links = await linksOf(
    shell,
    alike.map(({ stat }) => stat.pid),
  )
  const found: RemoteProgram[] = []
  for (const program of alike) {
    const { exe, cwd } = links.get(program.stat.pid) ?? {}
    if (!look.links(exe, cwd)) continue
    if (look.listen !== undefined) {
      const live = await sweep.read(program.stat.pid)
      if (!listensOn(live?.listen ?? [], look.listen)) continue
    }
    found.push(program)
  }
  const wanted = withoutForks(found).filter(({ stat }) => !exclude(stat.pid))
  return describeCandidates(shell, wanted, links)
}

/** With the mark of each; those are left out that ended meanwhile. */
function describeCandidates(
  shell: RemoteShell,
  programs: readonly RemoteProgram[],
  links: ReadonlyMap<number, RemoteLinks>,
): Promise<readonly Candidate[]> {
  if (programs.length === 0) return Promise.resolve([])
  const mark = newMark()
  const paths = programs.flatMap(({ stat: { pid } }) => [`/proc/${pid}/environ`, `/proc/${pid}/stat`])
  return shell.ask(
    (machine) => `${beginScript(machine, mark)}\nshow ${paths.join(' ')}\nexit 0\n`,
    ({ output }, machine) => {
      const shown = readShown(splitParts(output, mark).parts[0], machine.frame)
      return programs.flatMap(({ stat: { pid, startTime }, argv }) => {
        const after = parseStat((shown.get(`/proc/${pid}/stat`) ?? '').toString('latin1'))
        if (after?.startTime !== startTime) return []
        const environ = shown.get(`/proc/${pid}/environ`) ?? Buffer.alloc(0)
        const { exe, cwd } = links.get(pid) ?? {}
        return [
          {
            identity: { bootId: machine.bootId, pid, startTime },
            argv: redactArgv(argv),
            exe: exe ?? null,
            cwd: cwd ?? null,
            mark: parseMark(findInEnviron(environ, markVariable) ?? '') ?? null,
          },
        ]
      })
    },
    wideLook,
  )
}

/** The path there without symbolic links and `~`; the same where there is none such. */
async function realPath(shell: RemoteShell, path: string): Promise<string> {
  const word = wordOf(path)
  const script = (_machine: RemoteMachine) =>
    `exec 2>/dev/null\n(cd -P -- ${word} && printf '%s/' "$PWD") || readlink -f -- ${word} || printf %s ${quote(path)}\n`
  const answer = await shell.ask(script, ({ output }) => output.toString('utf8'))
  const real = answer.replace(/[/\n]$/, '')
  return real === '' ? (answer.startsWith('/') ? '/' : path) : real
}
