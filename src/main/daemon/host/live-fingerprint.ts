import type { Fingerprint, LiveFingerprint } from '../../../shared/domain/fingerprint.ts'
import { redactArgv } from '../../../shared/text/redact.ts'
import { type ProcStatus, parseCgroup } from './proc-status.ts'
import type { ProcStat } from './proc-text.ts'
import { type SocketsByLink, socketLists } from './socket-lists.ts'

/** What a fingerprint is made of, as it was read; undefined where that was not ours to look at. */
export type FingerprintPieces = {
  readonly stat: ProcStat
  readonly status: ProcStatus
  readonly argv: readonly string[]
  readonly exe: string | undefined
  readonly cwd: string | undefined
  /** The text of /proc/PID/cgroup. */
  readonly cgroup: string | undefined
  readonly environment: Readonly<Record<string, string>> | undefined
  readonly held: Held | undefined
  /** Of its network namespace. */
  readonly sockets: SocketsByLink | undefined
}

/** What the descriptors of a process lead to. */
export type Held = {
  /** Sorted; a path is there once for each descriptor. */
  readonly files: readonly string[]
  /** `socket:[INODE]`; a socket is there once, however many descriptors lead to it. */
  readonly socketLinks: ReadonlySet<string>
  /** More descriptors were open than are looked at. */
  readonly isCut: boolean
}

/**
 * As many as a program may usually open (the soft limit of `ulimit -n`), and some 10 ms of work here. Of one that has
 * more, what it opened first is looked at.
 */
const mostDescriptors = 1024

/** The numbers that are looked at, and whether there are more. */
export function limitDescriptors(descriptors: readonly string[]) {
  const isCut = descriptors.length > mostDescriptors
  const looked = isCut ? descriptors.toSorted((left, right) => Number(left) - Number(right)) : descriptors
  return { looked: looked.slice(0, mostDescriptors), isCut }
}

/** By the name of what a descriptor leads to. */
export const mayBeFile = (target: string): boolean =>
  target.startsWith('/') && !/^\/(?:dev|proc)\//.test(target) && !target.endsWith(' (deleted)')

const unreadable = { listen: null, established: null, udp: null, files: null, partial: true }
const noSockets: SocketsByLink = new Map()

export function composeFingerprint(pieces: FingerprintPieces, bootId: string): LiveFingerprint {
  const { stat, status, environment } = pieces
  return {
    ...listsOf(pieces),
    cmdline: redactArgv(pieces.argv),
    exe: pieces.exe ?? null,
    cwd: pieces.cwd ?? null,
    uid: status.uid,
    threads: stat.threads,
    ppid: stat.ppid,
    starttime: stat.startTime,
    boot_id: bootId,
    rss: status.rss,
    cgroup: parseCgroup(pieces.cgroup ?? ''),
    env_names: environment === undefined ? null : Object.keys(environment).sort(),
  }
}

function listsOf({ held, sockets }: FingerprintPieces): Omit<Fingerprint, 'cmdline'> & { readonly partial: boolean } {
  if (held === undefined) return unreadable
  const table = held.socketLinks.size === 0 ? noSockets : sockets
  if (table === undefined) return { ...unreadable, files: held.files }
  const own = [...held.socketLinks].flatMap((link) => table.get(link) ?? [])
  return { ...socketLists(own), files: held.files, partial: held.isCut }
}
