import { type SocketsByLink, socketsOf, socketTableNames } from '../../host/socket-lists.ts'
import { readProcessLink, readText } from './proc.ts'

/** The text of a table such as /proc/7/net/tcp; undefined when the process is gone or the kernel has no such table. */
export type ReadTable = (path: string) => string | undefined

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
    const texts = socketTableNames.flatMap((table) => {
      const text = this.readTable(`/proc/${pid}/net/${table}`)
      return text === undefined ? [] : [[table, text] as const]
    })
    return socketsOf(new Map(texts))
  }
}
