import { WebSocket } from 'ws'
import type { Channel } from '../../../../shared/client/channel.ts'
import { encodeBytesPart } from '../../../../shared/contract/wire.ts'
import { giveBackPart } from '../../../../shared/memory/part-memory.ts'

/** A channel that also tells how far its messages got. */
export interface ServerChannel extends Channel {
  /** Sends one part of a stream of bytes, which belongs to the channel then. */
  sendPart(id: number, part: Uint8Array): void
  /** Resolves when little enough waits to be written, at once if so already, and when the channel is closed. */
  drained(): Promise<void>
}

/**
 * Two log parts: with what the socket itself holds (about 200 KiB) it keeps a reader busy, and little more is the most
 * that one stalled connection makes the daemon hold.
 */
const highWaterBytes = 128 * 1024

/** The channel over one accepted WebSocket. */
export function serverChannel(socket: WebSocket): ServerChannel {
  let pendingBytes = 0
  let waiting: (() => void)[] = []

  const wake = () => {
    for (const resume of waiting) resume()
    waiting = []
  }
  const send = (message: string | Uint8Array, heldBytes: number, onSent = () => {}) => {
    if (socket.readyState !== WebSocket.OPEN) return
    pendingBytes += heldBytes
    socket.send(message, () => {
      pendingBytes -= heldBytes
      onSent()
      if (pendingBytes < highWaterBytes) wake()
    })
  }
  const channel: ServerChannel = {
    send: (message) => send(message, message.length),
    sendPart: (id, part) => {
      const message = encodeBytesPart(id, part)
      send(message, message.buffer.byteLength, () => giveBackPart(part))
    },
    close: () => socket.close(),
    onMessage: () => {},
    onClose: () => {},
    drained: () =>
      pendingBytes < highWaterBytes || socket.readyState !== WebSocket.OPEN
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push(resolve)),
  }
  socket.on('message', (data, isBinary) => channel.onMessage(isBinary ? new Uint8Array(data as Buffer) : String(data)))
  // Every error is followed by `close`.
  socket.on('error', () => {})
  socket.on('close', () => {
    wake()
    channel.onClose()
  })
  return channel
}
