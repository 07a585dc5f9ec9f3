import { connect } from 'node:net'
import WebSocket, { type RawData } from 'ws'
import type { Channel } from '../../shared/client/channel.ts'
import { maxMessageBytes } from '../../shared/contract/wire.ts'
import { failure, type Result, success } from '../../shared/domain/result.ts'

/** A local daemon accepts within milliseconds; a stopped one must not hold its callers for ever. */
const handshakeTimeoutMs = 5000

/**
 * A WebSocket to the daemon's unix socket, not yet open. The path is given to the connection itself: in a `ws+unix:` URL
 * a relative path hangs, and one with a space, a colon or a percent sign is misread.
 */
export const openDaemonSocket = (socketPath: string, timeoutMs = handshakeTimeoutMs): WebSocket =>
  new WebSocket('ws://localhost/rpc', {
    // The time-out is the connection's: without it here, the one below would never fire.
    createConnection: () => connect({ path: socketPath, timeout: timeoutMs }),
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    handshakeTimeout: timeoutMs,
  })

/** Connects to a daemon by its unix socket. Failure `unreachable` when nobody answers there within `timeoutMs`. */
export function connectUnixSocket(socketPath: string, timeoutMs = handshakeTimeoutMs): Promise<Result<Channel>> {
  return new Promise((resolve) => {
    const socket = openDaemonSocket(socketPath, timeoutMs)
    socket.once('open', () => resolve(success(channelOver(socket))))
    // Stays for good: an error after opening is followed by `close`, which the channel reports.
    socket.on('error', (error) =>
      resolve(
        failure(
          'unreachable',
          `No daemon answers at ${socketPath}: ${error.message}.`,
          'Start it with procession daemon start.',
        ),
      ),
    )
  })
}

function channelOver(socket: WebSocket): Channel {
  const channel: Channel = {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(message)
    },
    // Without a closing handshake: a daemon that hangs would hold this process for its time-out.
    close: () => socket.terminate(),
    onMessage: () => {},
    onClose: () => {},
  }
  socket.on('message', (data, isBinary) => channel.onMessage(isBinary ? bytesOf(data) : String(data)))
  socket.on('close', () => channel.onClose())
  return channel
}

/** The type allows for fragments and array buffers, which ws gives only when asked. */
export function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}
