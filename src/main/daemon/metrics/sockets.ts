/** One listening TCP socket of /proc/PID/net/tcp or tcp6 (proc(5)). */
export type ListeningSocket = { readonly inode: string; readonly address: string }

const listenState = '0A'

/** Pure parser of /proc/PID/net/tcp and tcp6: the sockets in state LISTEN as `ip:port`. */
export function parseListening(text: string): ListeningSocket[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/)
      const [, local, , state] = fields
      const inode = fields[9]
      if (state !== listenState || local === undefined || inode === undefined) return []
      const [hexAddress = '', hexPort = ''] = local.split(':')
      return [{ inode, address: `${formatAddress(hexAddress)}:${Number.parseInt(hexPort, 16)}` }]
    })
}

/** The kernel prints each 32-bit word in the byte order of the machine; all supported machines are little-endian. */
function formatAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  )
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0))
  if (groups.every((group) => group === 0)) return '[::]'
  if (groups.slice(0, 7).every((group) => group === 0) && groups[7] === 1) return '[::1]'
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return bytes.slice(12).join('.')
  return `[${groups.map((group) => group.toString(16)).join(':')}]`
}
