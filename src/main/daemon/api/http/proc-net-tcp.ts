/** One listening socket of /proc/net/tcp or tcp6 (man 5 proc). `inode` names it in /proc/PID/fd. */
export type ListeningSocket = {
  /** In its usual text form: `127.0.0.1`, `::1`. */
  readonly address: string
  readonly port: number
  readonly uid: number
  readonly inode: string
}

/** The state column of a socket that listens (include/net/tcp_states.h: TCP_LISTEN). */
const listenState = '0A'

/** Reads /proc/net/tcp or /proc/net/tcp6. Lines that do not look like sockets are passed over. */
export function parseListeningSockets(text: string): ListeningSocket[] {
  return text.split('\n').flatMap((line) => {
    const [, local, , state, , , , uid, , inode] = line.trim().split(/\s+/)
    const [address, port] = local?.split(':') ?? []
    if (state !== listenState || !address || !port || uid === undefined || inode === undefined) return []
    return [{ address: decodeAddress(address), port: Number.parseInt(port, 16), uid: Number(uid), inode }]
  })
}

/** The kernel prints 32-bit words in the byte order of the machine; all that we support are little-endian. */
function decodeAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse()).map((byte) => Number.parseInt(byte, 16))
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: bytes.length / 2 }, (_, index) => groupAt(bytes, index * 2).toString(16))
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

const groupAt = (bytes: readonly number[], at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
