import type { LiveFingerprint } from '../../../../shared/domain/fingerprint.ts'
import { composeFingerprint, type Held, limitDescriptors, mayBeFile } from '../../host/live-fingerprint.ts'
import { isEnding, isKernelThread } from '../../host/proc-text.ts'
import { FileKinds } from './mounts.ts'
import {
  readBootId,
  readCommandLine,
  readDescriptor,
  readDescriptors,
  readEnvironment,
  readEphemeralFrom,
  readExecutable,
  readProcessLink,
  readStat,
  readStatus,
  readText,
} from './proc.ts'
import { type ReadTable, SocketTables } from './socket-tables.ts'

/** `FingerprintSweep` of this machine, which answers at once. */
export type LocalSweep = { read(pid: number): LiveFingerprint | null; readonly ephemeralFrom: number }

export type FingerprintReader = { sweep(): LocalSweep }

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
  const held = readHeld(pid, sources.kinds)
  const sockets = held === undefined || held.socketLinks.size === 0 ? undefined : sources.sockets.of(pid)
  const status = readStatus(pid)
  if (status === undefined) return null
  const fingerprint = composeFingerprint(
    {
      ...{ stat, status, held, sockets },
      argv: readCommandLine(pid),
      exe: readExecutable(pid),
      cwd: readProcessLink(pid, 'cwd'),
      cgroup: readText(`/proc/${pid}/cgroup`),
      environment: readEnvironment(pid),
    },
    sources.bootId,
  )
  // What ended meanwhile seemed to have no files, and the pid may already be another's.
  const after = readStat(pid)
  return after === undefined || after.startTime !== stat.startTime || isEnding(after) ? null : fingerprint
}

/** Undefined when the descriptors are not ours to look at: then the folder or every single link cannot be read. */
function readHeld(pid: number, kinds: FileKinds): Held | undefined {
  const descriptors = readDescriptors(pid)
  if (descriptors === undefined) return undefined
  const { looked, isCut } = limitDescriptors(descriptors)
  const open = looked.flatMap((descriptor) => {
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
