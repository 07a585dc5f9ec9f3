import type { LiveFingerprint } from '../../../../shared/domain/fingerprint.ts'
import { composeFingerprint, type Held, limitDescriptors, mayBeFile } from '../../host/live-fingerprint.ts'
import { parseFdInfo } from '../../host/mount-text.ts'
import type { FingerprintSweep } from '../../host/port.ts'
import { parseCommandLine, parseEnviron } from '../../host/proc-text.ts'
import { type SocketsByLink, socketsOf, socketTableNames } from '../../host/socket-lists.ts'
import { linksOf, readSeenTwice } from './remote-details.ts'
import { lsLinks, parseDescriptors, parseLinks, type RemoteDescriptor } from './remote-links.ts'
import type { RemoteMachine } from './remote-machine.ts'
import { beginScript } from './remote-processes.ts'
import type { RemoteShell } from './remote-shell.ts'
import { newMark, readShown, splitParts } from './remote-text.ts'

/** Linux's own default (ip(7)), until the machine has told its own. */
const usualEphemeralFrom = 32_768

/**
 * A round of fingerprints of the other machine, one or two asks for each process. The tables of sockets are read once for
 * each network namespace. An open file counts as regular unless it was opened as a folder: what it is would have to be
 * asked of its file system, which may be on a server that hangs.
 */
export function sweepRemote(shell: RemoteShell): FingerprintSweep {
  const tables = new Map<string, Promise<SocketsByLink | undefined>>()
  const socketsFor = (pid: number, network: string | undefined) => {
    if (network === undefined) return Promise.resolve(undefined)
    const known = tables.get(network)
    if (known !== undefined) return known
    const reading = readTables(shell, pid)
    tables.set(network, reading)
    // Whoever ended while it was asked must not leave nothing for the others of its namespace.
    reading.then(
      (sockets) => sockets === undefined && tables.delete(network),
      () => tables.delete(network),
    )
    return reading
  }
  return {
    get ephemeralFrom() {
      return shell.known?.ephemeralFrom ?? usualEphemeralFrom
    },
    read: (pid) => readFingerprint(shell, pid, socketsFor),
  }
}

type SocketsFor = (pid: number, network: string | undefined) => Promise<SocketsByLink | undefined>

async function readFingerprint(
  shell: RemoteShell,
  pid: number,
  socketsFor: SocketsFor,
): Promise<LiveFingerprint | null> {
  const mark = newMark()
  const look = await shell.ask(
    (machine) => lookScript(machine, mark, pid),
    ({ output }, machine) => {
      const [first, links, descriptors, flags, last] = splitParts(output, mark).parts
      const seen = readSeenTwice(pid, readShown(first, machine.frame), readShown(last, machine.frame))
      const text = (part: Buffer | undefined) => part?.toString('latin1') ?? ''
      return {
        ...{ seen, machine },
        links: parseLinks(text(links), machine.names).get(pid),
        held: heldOf(text(descriptors), text(flags), machine),
      }
    },
    { lane: 'slow' },
  )
  const { seen, held, links, machine } = look
  if (seen === null) return null
  const isMasked = machine.names === 'masked' && `${links?.exe}${links?.cwd}`.includes('?')
  const exact = isMasked ? (await linksOf(shell, [pid])).get(pid) : links
  const hasSockets = held !== undefined && held.socketLinks.size > 0
  return composeFingerprint(
    {
      ...{ stat: seen.stat, status: seen.status, held },
      argv: parseCommandLine(seen.file('cmdline')),
      exe: exact?.exe,
      cwd: exact?.cwd,
      cgroup: seen.file('cgroup').toString('latin1'),
      // Ours to look at is what has its descriptors readable; an environment may be empty all the same.
      environment: held === undefined ? undefined : parseEnviron(seen.file('environ')),
      sockets: hasSockets ? await socketsFor(pid, links?.network) : undefined,
    },
    machine.bootId,
  )
}

function lookScript(machine: RemoteMachine, mark: string, pid: number): string {
  const list = lsLinks(machine.names)
  const files = ['stat', 'status', 'cmdline', 'cgroup', 'environ'].map((name) => `/proc/${pid}/${name}`)
  return `${beginScript(machine, mark)}
show ${files.join(' ')}
part
${list} /proc/${pid}/exe /proc/${pid}/cwd /proc/${pid}/ns/net
part
${list} /proc/${pid}/fd && echo listed
part
grep -s '^flags:' /dev/null /proc/${pid}/fdinfo/*
show /proc/${pid}/stat
exit 0
`
}

/** Undefined when the descriptors are not ours to look at: then the folder or every single link cannot be read. */
function heldOf(listing: string, flags: string, { names }: RemoteMachine): Held | undefined {
  const all = parseDescriptors(listing, names)
  if (all.length === 0 && !listing.includes('listed')) return undefined
  const { looked, isCut } = limitDescriptors(all.map(({ descriptor }) => descriptor))
  const open = all.filter(
    (one): one is RemoteDescriptor & { readonly target: string } =>
      one.target !== undefined && looked.includes(one.descriptor),
  )
  if (open.length === 0 && all.length > 0) return undefined
  const folders = foldersIn(flags)
  const files = open.filter(({ descriptor, target }) => mayBeFile(target) && !folders.has(descriptor))
  return {
    files: files.map(({ target }) => target).sort(),
    socketLinks: new Set(open.map(({ target }) => target).filter((target) => target.startsWith('socket:'))),
    isCut,
  }
}

/** Descriptors that were opened as folders, from lines of `/proc/PID/fdinfo/FD:flags:	0100000`. */
function foldersIn(text: string): ReadonlySet<string> {
  return new Set(
    text.split('\n').flatMap((line) => {
      const [, descriptor, flags] = /^\/proc\/\d+\/fdinfo\/(\d+):(flags:.*)$/.exec(line) ?? []
      return descriptor === undefined || flags === undefined || parseFdInfo(flags).isFile ? [] : [descriptor]
    }),
  )
}

function readTables(shell: RemoteShell, pid: number): Promise<SocketsByLink | undefined> {
  const mark = newMark()
  const paths = socketTableNames.map((name) => `/proc/${pid}/net/${name}`)
  return shell.ask(
    (machine) => `${beginScript(machine, mark)}\nshow ${paths.join(' ')}\nexit 0\n`,
    ({ output }, machine) => {
      const shown = readShown(splitParts(output, mark).parts[0], machine.frame)
      const texts = socketTableNames.map(
        (name) => [name, shown.get(`/proc/${pid}/net/${name}`)?.toString('latin1')] as const,
      )
      return socketsOf(new Map(texts.flatMap(([name, text]) => (text ? [[name, text] as const] : []))))
    },
    { lane: 'slow', maxBytes: 64 * 1024 * 1024 },
  )
}
