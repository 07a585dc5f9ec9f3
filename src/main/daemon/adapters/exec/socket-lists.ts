import type { Fingerprint } from '../../../../shared/domain/fingerprint.ts'
import { decodeEndpoint, endpointText, establishedState, listenState } from '../../../../shared/linux/socket-table.ts'
import type { HeldSocket } from './socket-tables.ts'

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
