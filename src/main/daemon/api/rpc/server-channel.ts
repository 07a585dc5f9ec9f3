import { WebSocket } from 'ws'
import type { Channel } from '../../../../shared/client/channel.ts'

/** A channel that also tells how far its messages got. */
export interface ServerChannel extends Channel {
  /** Resolves when little enough waits to be written, at once if so already, and when the channel is closed. */
  drained(): Promise<void>
}

/** Sixteen log parts: keeps a socket busy, and is the most that one stalled reader makes the daemon hold. */
const highWaterBytes = 1024 * 1024

/** The channel over one accepted WebSocket. */
export function serverChannel(socket: WebSocket): ServerChannel {
  let pendingBytes = 0
  let waiting: (() => void)[] = []

  const wake = () => {
    for (const resume of waiting) resume()
    waiting = []
  }
  const send = (message: string | Uint8Array) => {
    if (socket.readyState !== WebSocket.OPEN) return
    pendingBytes += message.length
    socket.send(message, () => {
      pendingBytes -= message.length
      if (pendingBytes < highWaterBytes) wake()
    })
  }
  const channel: ServerChannel = {
    send,
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
