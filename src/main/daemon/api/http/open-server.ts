import { once } from 'node:events'
import type { Server } from 'node:http'
import type { ListenOptions, Socket } from 'node:net'

/** A few windows, commands and scripts; more at once is somebody gone wrong. */
const maxConnections = 512

/** Begins to listen. Rejects with the system's error. */
export async function listen(server: Server, options: ListenOptions): Promise<void> {
  server.maxConnections = maxConnections
  server.listen(options)
  await once(server, 'listening')
}

/** Returns a function that stops listening and drops every connection, WebSockets too. */
export function closerOf(server: Server): () => Promise<void> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  let closed: Promise<unknown> | null = null
  return async () => {
    if (!closed) {
      closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
    }
    await closed
  }
}

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
