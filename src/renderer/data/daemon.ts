import type { Channel } from '../../shared/client/channel.ts'
import { type Client, createClient } from '../../shared/client/client.ts'
import type { Result } from '../../shared/domain/result.ts'
import { useConnection } from './connection-store.ts'
import { watchRows } from './watch-rows.ts'

let client: Client | null = null

/** The connection to the daemon. Only before `connectDaemon` there is none, which is a bug. */
export function daemon(): Client {
  if (!client) throw new Error('The daemon was asked before the page connected')
  return client
}

/** Connects, keeps connected and feeds the stores for as long as the page lives. */
export function connectDaemon(connect: () => Promise<Result<Channel>>): void {
  client = createClient({ connect, onState: (state) => useConnection.getState().setClient(state) })
  void watchRows(client)
}
