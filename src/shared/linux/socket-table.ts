/**
 * One socket of /proc/PID/net/tcp, tcp6, udp or udp6 (proc_pid_net(5)). The addresses are as the kernel prints them:
 * tables are long, and few of their addresses are ever shown (`decodeEndpoint`).
 */
export type TableSocket = {
  readonly local: string
  readonly remote: string
  /** Two hexadecimal digits, the TCP_* numbers of the kernel's net/tcp_states.h. */
  readonly state: string
  readonly uid: number
  /** Names the socket in /proc/PID/fd: `socket:[INODE]`. */
  readonly inode: string
}

export type Endpoint = {
  /** `127.0.0.1`, `::1`. An IPv4 address mapped into IPv6 is an IPv4 address. */
  readonly address: string
  readonly port: number
}

/** TCP_ESTABLISHED; also a UDP socket that is connected. */
export const establishedState = '01'
/** TCP_LISTEN */
export const listenState = '0A'

/** What the kernel prints for a socket that no process holds any more, such as one in TIME_WAIT. */
const noInode = '0'

/** Undefined for the heading, for what is no socket and for sockets that no process holds any more. */
export function parseSocketLine(line: string): TableSocket | undefined {
  const [, local, remote, state, , , , uid, , inode] = line.trimStart().split(/\s+/, 10)
  if (local === undefined || remote === undefined || state === undefined || inode === undefined) return undefined
  if (!/^(?:[0-9A-F]{8}){1,4}:[0-9A-F]{4}$/.test(local) || inode === noInode) return undefined
  return { local, remote, state, uid: Number(uid), inode }
}

/** All sockets of a table. */
export const parseSocketTable = (text: string): TableSocket[] =>
  text.split('\n').flatMap((line) => parseSocketLine(line) ?? [])

/** The sockets of a TCP table in state LISTEN. */
export const parseListening = (text: string): TableSocket[] =>
  parseSocketTable(text).filter((socket) => socket.state === listenState)

/**
 * Reads `0100007F:1D5D`. The kernel prints 32-bit words in the byte order of the machine; all that we support are
 * little-endian.
 */
export function decodeEndpoint(text: string): Endpoint {
  const [hexAddress = '', hexPort = ''] = text.split(':')
  const words = hexAddress.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse()).map((byte) => Number.parseInt(byte, 16))
  return { address: bytes.length === 4 ? bytes.join('.') : addressOfSixteen(bytes), port: Number.parseInt(hexPort, 16) }
}

function addressOfSixteen(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0))
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  return isMapped ? bytes.slice(12).join('.') : shorten(groups)
}

/** The text form of RFC 5952: the longest run of two or more zeros, the first of equals, becomes `::`. */
function shorten(groups: readonly number[]): string {
  let longest = { start: 0, length: 1 }
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0
    while (groups[start + length] === 0) length += 1
    if (length > longest.length) longest = { start, length }
  }
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':')
  if (longest.length < 2) return text(groups)
  return `${text(groups.slice(0, longest.start))}::${text(groups.slice(longest.start + longest.length))}`
}

/** `127.0.0.1:80`, `[::1]:80`. */
export const endpointText = ({ address, port }: Endpoint): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
