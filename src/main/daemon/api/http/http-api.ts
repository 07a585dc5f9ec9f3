import { failure, type Result, success } from '../../../../shared/domain/result.ts'
import type { Handlers } from '../handlers.ts'
import type { ApiLog } from '../log.ts'
import type { ServerChannel } from '../rpc/server-channel.ts'
import { authorityOf, isLoopback, parseListen } from './listen-address.ts'
import { createListenerPool, type Lease } from './listener-pool.ts'
import { createLoginLimit } from './login-limit.ts'
import { openTcpListener } from './tcp-listener.ts'
import { openUnixListener, type UnixListener } from './unix-listener.ts'
import type { WebKeyStore } from './web-keys.ts'

export type HttpApiOptions = {
  /** Absolute; at most 100 bytes, as the system allows little more. */
  readonly socketPath: string
  /** Version of Procession. */
  readonly version: string
  /** Folder of the built renderer: index.html and assets/. */
  readonly rendererFolder: string
  readonly keys: WebKeyStore
  readonly log: ApiLog
  /** Gets every client that may speak the protocol: on the unix socket, or in a browser with a valid key. */
  readonly onChannel: (channel: ServerChannel) => void
}

export type HttpApi = {
  /** Opens the unix socket. */
  open(): Promise<Result<void>>
  /** The handler of `http.serve`. */
  readonly serve: Handlers['http.serve']
  /** What is listened on, as `http://host:port`. */
  addresses(): string[]
  /** Closes the unix socket, all listeners and all connections. */
  close(): Promise<void>
}

export function createHttpApi(options: HttpApiOptions): HttpApi {
  // One count for all listeners: who fails at one port shall not go on at another.
  const limit = createLoginLimit(() => performance.now())
  const pool = createListenerPool((address) => openTcpListener(address, { ...options, limit }))
  let unix: UnixListener | null = null

  return {
    open: async () => {
      const opened = await openUnixListener(options)
      if (!opened.ok) return opened
      unix = opened.value
      return success(undefined)
    },
    serve: async ({ listen }, { signal }) => {
      const address = parseListen(listen)
      if (!address.ok) return address
      if (!isLoopback(address.value.host)) return otherMachines(listen)
      const lease = await pool.lease(address.value)
      return lease.ok ? success(serveUntil(lease.value, signal)) : lease
    },
    addresses: () => pool.listeners().map(({ address }) => `http://${authorityOf(address)}`),
    close: async () => {
      await Promise.all([unix?.close(), pool.closeAll()])
    },
  }
}

/** Gives the address, and the lease back when the caller leaves, even if it never asked for a part. */
function serveUntil({ listener, release }: Lease, signal: AbortSignal) {
  const left = new Promise<void>((resolve) => {
    const leave = () => {
      void release()
      resolve()
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
  })
  return (async function* () {
    yield { url: listener.freshUrl(), address: `http://${authorityOf(listener.address)}` }
    await left
  })()
}

const otherMachines = (listen: string) =>
  failure(
    'not_permitted',
    `${listen} can be reached from other machines, and there is no API token yet to keep them out.`,
    'Listen on 127.0.0.1, and reach it from elsewhere through ssh -L.',
  )
