import { protocolVersion } from '../contract/protocol.ts'
import { type ClientMessage, connectionId, fitsMessage, type ServerMessage } from '../contract/wire.ts'
import { type Failure, failure, type Result } from '../domain/result.ts'
import type { Channel } from './channel.ts'
import { parseServerMessage } from './server-message.ts'

/** A daemon that is alive says hello within milliseconds; a stopped one must not hold its callers for ever. */
const helloTimeoutMs = 10_000

/** One greeted connection. Ids of calls and open streams mean something only on the connection that carried them. */
export type Connection = {
  /** False when the message is too long to be sent. */
  send(message: ClientMessage): boolean
}

export type LinkEvents = {
  /** The daemon said hello. */
  readonly onUp: (connection: Connection) => void
  readonly onMessage: (message: ServerMessage, connection: Connection) => void
  readonly onBytes: (message: Uint8Array, connection: Connection) => void
}

/** How one connection ended: `final` means that another attempt would end in the same way. */
export type LinkEnd = { readonly why: Failure; readonly wasUp: boolean; readonly final: boolean }

/** Opens one connection, greets, and resolves when it is over; `signal` closes it. */
export async function runConnection(
  connect: () => Promise<Result<Channel>>,
  events: LinkEvents,
  signal: AbortSignal,
): Promise<LinkEnd> {
  const opened = await connect().catch((error: unknown) => failure('unreachable', String(error)))
  if (!opened.ok) return { why: opened, wasUp: false, final: isFinal(opened) }
  if (signal.aborted) {
    opened.value.close()
    return { why: closedByUs(), wasUp: false, final: true }
  }
  return converse(opened.value, events, signal)
}

/** Another version or a missing key does not heal by itself. */
const isFinal = ({ code }: Failure) => code === 'version' || code === 'not_permitted'

function converse(channel: Channel, events: LinkEvents, signal: AbortSignal): Promise<LinkEnd> {
  return new Promise((resolve) => {
    let connection: Connection | null = null

    const end = (why: Failure, final: boolean) => {
      clearTimeout(helloTimer)
      signal.removeEventListener('abort', abort)
      channel.onMessage = () => {}
      channel.onClose = () => {}
      channel.close()
      resolve({ why, wasUp: connection !== null, final })
    }
    const abort = () => end(closedByUs(), true)
    const lose = () => end(failure('disconnected', 'The connection to the daemon was lost.'), false)
    const helloTimer = setTimeout(() => end(noHello(), false), helloTimeoutMs)

    const greeted = (theirs: number) => {
      if (theirs !== protocolVersion) return end(otherVersion(theirs), true)
      clearTimeout(helloTimer)
      connection = connectionOver(channel)
      events.onUp(connection)
    }
    const receive = (message: ServerMessage) => {
      if (message.t === 'err' && message.id === connectionId) {
        const why = failure(message.code, message.message, message.hint)
        return end(why, isFinal(why))
      }
      if (connection) return events.onMessage(message, connection)
      return message.t === 'hello' ? greeted(message.protocol) : lose()
    }
    channel.onMessage = (message) => {
      if (typeof message !== 'string') return connection ? events.onBytes(message, connection) : lose()
      const parsed = parseServerMessage(message)
      return parsed ? receive(parsed) : lose()
    }
    channel.onClose = lose
    signal.addEventListener('abort', abort)
    channel.send(JSON.stringify({ t: 'hello', protocol: protocolVersion } satisfies ClientMessage))
  })
}

const connectionOver = (channel: Channel): Connection => ({
  send: (message) => {
    const text = JSON.stringify(message)
    const fits = fitsMessage(text)
    if (fits) channel.send(text)
    return fits
  },
})

const closedByUs = () => failure('cancelled', 'The connection was closed.')
const noHello = () => failure('unreachable', `The daemon did not answer within ${helloTimeoutMs / 1000} s.`)
const otherVersion = (theirs: number) =>
  failure(
    'version',
    `The daemon speaks protocol ${theirs}, this program speaks ${protocolVersion}.`,
    'Run procession daemon stop and try again; processes stay.',
  )
