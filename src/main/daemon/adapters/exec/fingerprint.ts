import type { Fingerprint, LiveFingerprint } from '../../../../shared/domain/fingerprint.ts'
import { redactArgv } from '../../../../shared/text/redact.ts'
import { FileKinds } from './mounts.ts'
import type { FingerprintSweep } from './port.ts'
import {
  isEnding,
  isKernelThread,
  type ProcStat,
  readBootId,
  readCommandLine,
  readDescriptor,
  readDescriptors,
  readEnvironment,
  readEphemeralFrom,
  readExecutable,
  readProcessLink,
  readStat,
  readText,
} from './proc.ts'
import { socketLists } from './socket-lists.ts'
import { type ReadTable, type SocketsByLink, SocketTables } from './socket-tables.ts'
import { type ProcStatus, parseCgroup, readStatus } from './status.ts'

export type FingerprintReader = { sweep(): FingerprintSweep }

/** Throws when /proc is not mounted. */
export function createFingerprintReader(readTable?: ReadTable): FingerprintReader {
  const bootId = readBootId()
  return {
    sweep() {
      const sources = { sockets: new SocketTables(readTable), kinds: new FileKinds(), bootId }
      return { ephemeralFrom: readEphemeralFrom(), read: (pid) => readFingerprint(pid, sources) }
    },
  }
}

type Sources = { readonly sockets: SocketTables; readonly kinds: FileKinds; readonly bootId: string }

function readFingerprint(pid: number, sources: Sources): LiveFingerprint | null {
  const stat = readStat(pid)
  if (stat === undefined || isEnding(stat) || isKernelThread(stat)) return null
  const lists = readLists(pid, sources)
  const status = readStatus(pid)
  if (status === undefined) return null
  const fingerprint = fingerprintOf(stat, status, lists, sources.bootId)
  // What ended meanwhile seemed to have no files, and the pid may already be another's.
  const after = readStat(pid)
  return after === undefined || after.startTime !== stat.startTime || isEnding(after) ? null : fingerprint
}

type Lists = Omit<Fingerprint, 'cmdline'> & Pick<LiveFingerprint, 'partial'>

function fingerprintOf(stat: ProcStat, status: ProcStatus, lists: Lists, bootId: string): LiveFingerprint {
  const { pid } = stat
  const environment = readEnvironment(pid)
  return {
    ...lists,
    cmdline: redactArgv(readCommandLine(pid)),
    exe: readExecutable(pid) ?? null,
    cwd: readProcessLink(pid, 'cwd') ?? null,
    uid: status.uid,
    threads: stat.threads,
    ppid: stat.ppid,
    starttime: stat.startTime,
    boot_id: bootId,
    rss: status.rss,
    cgroup: parseCgroup(readText(`/proc/${pid}/cgroup`) ?? ''),
    env_names: environment === undefined ? null : Object.keys(environment).sort(),
  }
}

const unreadable: Lists = { listen: null, established: null, udp: null, files: null, partial: true }
const noSockets: SocketsByLink = new Map()

function readLists(pid: number, sources: Sources): Lists {
  const held = readHeld(pid, sources.kinds)
  if (held === undefined) return unreadable
  const table = held.socketLinks.size === 0 ? noSockets : sources.sockets.of(pid)
  if (table === undefined) return { ...unreadable, files: held.files }
  const sockets = [...held.socketLinks].flatMap((link) => table.get(link) ?? [])
  return { ...socketLists(sockets), files: held.files, partial: held.isCut }
}

type Held = {
  /** Sorted; a path is there once for each descriptor. */
  readonly files: readonly string[]
  /** `socket:[INODE]`; a socket is there once, however many descriptors lead to it. */
  readonly socketLinks: ReadonlySet<string>
  /** More descriptors were open than are looked at. */
  readonly isCut: boolean
}

/**
 * Some 10 ms of work, for which the daemon answers nobody, and as many as a program may usually open (the soft limit of
 * `ulimit -n`). Of one that has more, what it opened first is looked at.
 */
const mostDescriptors = 1024

/** Undefined when the descriptors are not ours to look at: then the folder or every single link cannot be read. */
function readHeld(pid: number, kinds: FileKinds): Held | undefined {
  const descriptors = readDescriptors(pid)
  if (descriptors === undefined) return undefined
  const isCut = descriptors.length > mostDescriptors
  const open = (isCut ? lowest(descriptors) : descriptors).flatMap((descriptor) => {
    const target = readDescriptor(pid, descriptor)
    return target === undefined ? [] : [{ descriptor, target }]
  })
  if (open.length === 0 && descriptors.length > 0) return undefined
  const sockets = open.filter(({ target }) => target.startsWith('socket:'))
  const isRegularFile = kinds.regularFileTest(pid)
  const files = open.filter(({ descriptor, target }) => mayBeFile(target) && isRegularFile(descriptor))
  return {
    files: files.map(({ target }) => target).sort(),
    socketLinks: new Set(sockets.map(({ target }) => target)),
    isCut,
  }
}

const lowest = (descriptors: readonly string[]): string[] =>
  descriptors.toSorted((left, right) => Number(left) - Number(right)).slice(0, mostDescriptors)

/** By the name of what a descriptor leads to. */
const mayBeFile = (target: string): boolean =>
  target.startsWith('/') && !/^\/(?:dev|proc)\//.test(target) && !target.endsWith(' (deleted)')
