import WebSocket from 'ws'
import { bytesOf, openDaemonSocket } from './unix-socket.ts'

/** What is needed of Electron's `MessagePortMain`. */
export type PortLike = {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

/** A client sends its hello and waits for the answer, so more than these before the socket is open is no client. */
const maxHeldMessages = 16

/**
 * Moves the messages of one window between its port and the daemon's socket, unread, until either side closes. A `null`
 * message means closed, in both directions, because a port's own close event does not reach the other side reliably.
 * Pace needs no care here: the protocol's credit bounds what is under way on all hops.
 */
export function pipePort(port: PortLike, socketPath: string): void {
  const socket = openDaemonSocket(socketPath)
  let held: (string | Uint8Array)[] = []
  let portOpen = true

  const forward = (message: unknown) => {
    if (!isFrame(message)) return socket.terminate()
    if (socket.readyState === WebSocket.OPEN) return socket.send(message)
    if (held.length >= maxHeldMessages) return socket.terminate()
    held.push(message)
  }
  const closePort = () => {
    if (!portOpen) return
    portOpen = false
    port.postMessage(null)
    port.close()
  }

  socket.on('open', () => {
    for (const message of held) socket.send(message)
    held = []
  })
  socket.on('message', (data, isBinary) => {
    // A copy: posting a Buffer, a view into a pool, would clone the whole pool.
    if (portOpen) port.postMessage(isBinary ? new Uint8Array(bytesOf(data)) : String(data))
  })
  // Every error is followed by `close`, and the window's client decides what to do about it.
  socket.on('error', () => {})
  socket.on('close', closePort)

  port.on('message', ({ data }) => forward(data))
  port.on('close', () => {
    portOpen = false
    socket.terminate()
  })
  port.start()
}

const isFrame = (message: unknown): message is string | Uint8Array =>
  typeof message === 'string' || message instanceof Uint8Array
