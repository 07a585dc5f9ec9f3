import { once } from 'node:events'
import { lstat, unlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { failure, type Result, success } from '../../../../shared/domain/result.ts'
import type { ServerChannel } from '../rpc/server-channel.ts'
import { closerOf, codeOf, listen } from './open-server.ts'
import { createRoutes, type RouteOptions } from './routes.ts'
import { acceptChannels } from './rpc-upgrade.ts'

export type UnixListener = { close(): Promise<void> }

export type UnixListenerOptions = Omit<RouteOptions, 'web'> & {
  readonly socketPath: string
  readonly onChannel: (channel: ServerChannel) => void
}

/** Only the owner may connect. Set before the socket exists, so that there is no moment in which others may. */
const ownerOnly = 0o177

/**
 * Serves HTTP and /rpc on a unix socket of mode 0600. The socket of a dead daemon is replaced. Failures: somebody
 * answers there or the path is no socket (`conflict`), the folder is missing or not ours to write (`failed`).
 */
export async function openUnixListener(options: UnixListenerOptions): Promise<Result<UnixListener>> {
  const { socketPath, onChannel, version, log } = options
  const free = await freePath(socketPath)
  if (!free.ok) return free
  const server = createServer(createRoutes({ version, log, web: null }))
  acceptChannels(server, { web: null, onChannel })
  const close = closerOf(server)
  const before = process.umask(ownerOnly)
  // A unix socket is bound within the call, before anything else can make a file.
  const listening = listen(server, { path: socketPath })
  process.umask(before)
  try {
    await listening
    return success({ close })
  } catch (error) {
    return failure('failed', `The daemon cannot listen on ${socketPath}: ${codeOf(error) || String(error)}.`)
  }
}

async function freePath(socketPath: string): Promise<Result<void>> {
  const found = await lstat(socketPath).catch(() => null)
  if (!found) return success(undefined)
  if (!found.isSocket()) return failure('conflict', `${socketPath} is in the way: it is not a socket.`, 'Move it away.')
  if (await answers(socketPath)) return failure('conflict', `A daemon is already listening on ${socketPath}.`)
  await unlink(socketPath).catch(() => {})
  return success(undefined)
}

async function answers(socketPath: string): Promise<boolean> {
  const socket = connect({ path: socketPath })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
