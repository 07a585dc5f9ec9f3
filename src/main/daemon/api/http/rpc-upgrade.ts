import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import * as z from 'zod'
import { connectionId, type KeyMessage, maxMessageBytes } from '../../../../shared/contract/wire.ts'
import { freshAddressNeeded } from '../../../../shared/text/refusals.ts'
import { sendFailure } from '../rpc/request.ts'
import { type ServerChannel, serverChannel } from '../rpc/server-channel.ts'
import { isFromOwnPage } from './own-origin.ts'
import { hashSecret } from './web-keys.ts'
import { addressOf, type WebAccess } from './web-routes.ts'

/** A page sends its key as soon as the connection is open. */
const keyTimeoutMs = 10_000

export type UpgradeOptions = {
  /** Null on the unix socket: whoever may open it is trusted. */
  readonly web: WebAccess | null
  readonly onChannel: (channel: ServerChannel) => void
}

/** Accepts WebSockets at /rpc, on TCP only from our own page and with its key. */
export function acceptChannels(server: Server, { web, onChannel }: UpgradeOptions): void {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
  })
  server.on('upgrade', (request, socket, head) => {
    const status = refusal(request, web)
    if (status !== null) return refuse(socket, status)
    sockets.handleUpgrade(request, socket, head, (opened) => {
      const channel = serverChannel(opened)
      if (web) expectKey(channel, web, addressOf(request), () => onChannel(channel))
      else onChannel(channel)
    })
  })
}

/** The status that refuses an upgrade, or null. */
function refusal(request: IncomingMessage, web: WebAccess | null): 403 | 404 | 429 | null {
  if (request.url !== '/rpc') return 404
  if (web === null) return null
  if (!isFromOwnPage(request, web.hosts)) return 403
  return web.limit.blocked(addressOf(request)) ? 429 : null
}

function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

const keyMessageSchema: z.ZodType<KeyMessage> = z.strictObject({ t: z.literal('key'), key: z.string().max(256) })

/** The first message must be a valid key; whatever comes after it is the client's. */
function expectKey(channel: ServerChannel, web: WebAccess, address: string, onAccepted: () => void): void {
  const timer = setTimeout(() => channel.close(), keyTimeoutMs)
  channel.onClose = () => clearTimeout(timer)
  channel.onMessage = (message) => {
    clearTimeout(timer)
    const key = readKey(message)
    if (key !== null && web.keys.find(hashSecret(key))) return onAccepted()
    web.limit.failed(address)
    channel.onMessage = () => {}
    sendFailure(channel, connectionId, freshAddressNeeded)
    channel.close()
  }
}

function readKey(message: string | Uint8Array): string | null {
  if (typeof message !== 'string') return null
  try {
    return keyMessageSchema.safeParse(JSON.parse(message)).data?.key ?? null
  } catch {
    return null
  }
}
