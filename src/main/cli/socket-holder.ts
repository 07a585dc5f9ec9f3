import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * Pid of the process that listens on a unix socket, by /proc/net/unix and the descriptors of processes that we may look
 * at (proc(5)); null where there is none. For a daemon that cannot be asked for its pid.
 */
export function socketHolder(socket: string): number | null {
  const inode = listeningInode(readFileSync('/proc/net/unix', 'utf8'), socket)
  if (inode === null) return null
  const link = `socket:[${inode}]`
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const pid = pids.find((candidate) => descriptorsOf(candidate).includes(link))
  return pid === undefined ? null : Number(pid)
}

/** Flag of a socket that accepts connections, __SO_ACCEPTCON in the kernel's net.h. */
const acceptsConnections = 0x10000

/** Lines: `Num RefCount Protocol Flags Type St Inode Path`, the flags in hexadecimal, the path may hold blanks. */
export function listeningInode(table: string, socket: string): string | null {
  for (const line of table.split('\n')) {
    const match = /^\S+: \S+ \S+ (\S+) \S+ \S+ +(\d+) (.*)$/.exec(line)
    if (!match?.[1] || !match[2] || match[3] !== socket) continue
    if ((Number.parseInt(match[1], 16) & acceptsConnections) !== 0) return match[2]
  }
  return null
}

/** Nothing for a process that is gone or belongs to somebody else. */
function descriptorsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((descriptor) => readlinkOrNothing(`/proc/${pid}/fd/${descriptor}`))
  } catch {
    return []
  }
}

function readlinkOrNothing(link: string): string {
  try {
    return readlinkSync(link)
  } catch {
    return ''
  }
}
