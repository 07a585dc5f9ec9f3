import type { Fingerprint } from '../../../shared/domain/fingerprint.ts'
import {
  decodeEndpoint,
  endpointText,
  establishedState,
  listenState,
  parseSocketTable,
  type TableSocket,
} from '../../../shared/linux/socket-table.ts'

export type HeldSocket = TableSocket & { readonly transport: 'tcp' | 'udp' }

/** By what /proc/PID/fd shows: `socket:[INODE]`. */
export type SocketsByLink = ReadonlyMap<string, HeldSocket>

/** A table of IPv6 is missing where IPv6 is off. That of TCP is there for as long as the process is: it comes last. */
export const socketTableNames = ['udp6', 'udp', 'tcp6', 'tcp'] as const
type SocketTableName = (typeof socketTableNames)[number]

/**
 * The sockets of a network namespace. Undefined without the table of TCP: whoever ended while it was asked must not leave
 * an empty table for the others of its namespace.
 */
export function socketsOf(texts: ReadonlyMap<SocketTableName, string>): SocketsByLink | undefined {
  if (!texts.has('tcp')) return undefined
  const held = [...texts].flatMap(([table, text]) => {
    const transport = table.startsWith('udp') ? 'udp' : 'tcp'
    return parseSocketTable(text).map((socket): HeldSocket => ({ ...socket, transport }))
  })
  return new Map(held.map((socket) => [`socket:[${socket.inode}]`, socket]))
}

type SocketLists = { readonly [Key in 'listen' | 'established' | 'udp']: NonNullable<Fingerprint[Key]> }

/**
 * The three lists of a process that holds these sockets, sorted. Sockets in other states (CLOSE_WAIT ...) are in none of
 * them. A connection to a port that the process itself listens on came from outside, from a port that says nothing.
 */
export function socketLists(sockets: readonly HeldSocket[]): SocketLists {
  const tcp = sockets.filter((socket) => socket.transport === 'tcp')
  const listening = tcp.filter((socket) => socket.state === listenState)
  const ownPorts = new Set(listening.map((socket) => decodeEndpoint(socket.local).port))
  const outgoing = tcp.filter(
    (socket) => socket.state === establishedState && !ownPorts.has(decodeEndpoint(socket.local).port),
  )
  return {
    listen: endpoints(listening.map((socket) => socket.local)),
    established: endpoints(outgoing.map((socket) => socket.remote)),
    udp: endpoints(sockets.filter((socket) => socket.transport === 'udp').map((socket) => socket.local)),
  }
}

const endpoints = (texts: readonly string[]): string[] => texts.map((text) => endpointText(decodeEndpoint(text))).sort()
