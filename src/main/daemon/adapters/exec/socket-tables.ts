import { parseSocketTable, type TableSocket } from '../../../../shared/linux/socket-table.ts'
import { readProcessLink, readText } from './proc.ts'

export type HeldSocket = TableSocket & { readonly transport: 'tcp' | 'udp' }

/** By what /proc/PID/fd shows: `socket:[INODE]`. */
export type SocketsByLink = ReadonlyMap<string, HeldSocket>

/** The text of a table such as /proc/7/net/tcp; undefined when the process is gone or the kernel has no such table. */
export type ReadTable = (path: string) => string | undefined

/** A table of IPv6 is missing where IPv6 is off. That of TCP is there for as long as the process is: it comes last. */
const tables = ['udp6', 'udp', 'tcp6', 'tcp'] as const

/**
 * The sockets of each network namespace, read once: the kernel walks its whole hash of TCP sockets for each table, which
 * takes 3 to 5 ms however few they are.
 */
export class SocketTables {
  private readonly readTable: ReadTable
  private readonly byNamespace = new Map<string, SocketsByLink>()

  constructor(readTable: ReadTable = readText) {
    this.readTable = readTable
  }

  /** The sockets of the namespace that `pid` is in; undefined when it is gone or not ours to look at. */
  of(pid: number): SocketsByLink | undefined {
    const namespace = readProcessLink(pid, 'ns/net')
    if (namespace === undefined) return undefined
    const known = this.byNamespace.get(namespace)
    if (known !== undefined) return known
    const sockets = this.read(pid)
    if (sockets !== undefined) this.byNamespace.set(namespace, sockets)
    return sockets
  }

  private read(pid: number): SocketsByLink | undefined {
    const texts = tables.map((table) => ({ table, text: this.readTable(`/proc/${pid}/net/${table}`) }))
    // Whoever ended while it was asked must not leave an empty table for the others of its namespace.
    if (texts.at(-1)?.text === undefined) return undefined
    const held = texts.flatMap(({ table, text = '' }) => {
      const transport = table.startsWith('udp') ? 'udp' : 'tcp'
      return parseSocketTable(text).map((socket): HeldSocket => ({ ...socket, transport }))
    })
    return new Map(held.map((socket) => [`socket:[${socket.inode}]`, socket]))
  }
}
