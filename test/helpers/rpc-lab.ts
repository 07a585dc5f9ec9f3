import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import WebSocket from 'ws'
import { connectUnixSocket } from '../../src/main/carrier/unix-socket.ts'
import type { Handlers } from '../../src/main/daemon/api/handlers.ts'
import { createHttpApi, type HttpApi } from '../../src/main/daemon/api/http/http-api.ts'
import type { WebKeyStore } from '../../src/main/daemon/api/http/web-keys.ts'
import { serveChannel } from '../../src/main/daemon/api/rpc/serve-channel.ts'
import type { ServerChannel } from '../../src/main/daemon/api/rpc/server-channel.ts'
import { type Client, type ClientOptions, createClient } from '../../src/shared/client/client.ts'
import type { ClientState } from '../../src/shared/client/state.ts'
import { contract } from '../../src/shared/contract/contract.ts'
import { failure } from '../../src/shared/domain/result.ts'
import { temporaryFolder } from './temporary-folder.ts'

export type LogEntry = { readonly fields: object; readonly message: string }

/** The daemon's end of the protocol with handlers of the test, on a real socket in a folder of its own. */
export type RpcLab = AsyncDisposable & {
  readonly socketPath: string
  /** For a built renderer; empty. */
  readonly rendererFolder: string
  readonly log: LogEntry[]
  api(): HttpApi
  /** What a killed and restarted daemon looks like from outside. */
  restart(handlers: Partial<Handlers>): Promise<void>
  stop(): Promise<void>
  /** Closes every connection and goes on listening. */
  dropConnections(): void
  client(options?: Partial<ClientOptions>): LabClient
  /** A connection without a client: opens, says what it is told. */
  raw(): Promise<RawConnection>
}

export type LabClient = Client & { readonly states: ClientState[] }

export type RawConnection = {
  readonly socket: WebSocket
  readonly received: unknown[]
  closed(): number | null
  send(message: unknown): void
}

export async function rpcLab(handlers: Partial<Handlers>): Promise<RpcLab> {
  const folder = await temporaryFolder()
  const rendererFolder = join(folder.path, 'renderer')
  await mkdir(join(rendererFolder, 'assets'), { recursive: true })
  const socketPath = join(folder.path, 'daemon.sock')
  const log: LogEntry[] = []
  const write = (fields: object, message: string) => log.push({ fields, message })
  const logger = { warn: write, error: write }
  const keys = memoryKeys()
  const opened: (Client | WebSocket)[] = []
  let channels: ServerChannel[] = []

  const start = async (own: Partial<Handlers>) => {
    const onChannel = (channel: ServerChannel) => {
      channels.push(channel)
      serveChannel(channel, all, { log: logger })
    }
    const api = createHttpApi({ socketPath, version: '0.0.1', rendererFolder, keys, log: logger, onChannel })
    const all = completeHandlers({ 'http.serve': api.serve, ...own })
    const result = await api.open()
    if (!result.ok) throw new Error(result.message)
    return api
  }
  let current = await start(handlers)

  return {
    socketPath,
    rendererFolder,
    log,
    api: () => current,
    restart: async (own) => {
      await current.close()
      current = await start(own)
    },
    stop: () => current.close(),
    dropConnections: () => {
      for (const channel of channels) channel.close()
      channels = []
    },
    client: (options = {}) => {
      const states: ClientState[] = []
      const client = createClient({
        connect: () => connectUnixSocket(socketPath),
        onState: (state) => states.push(state),
        ...options,
      })
      opened.push(client)
      return { ...client, states }
    },
    raw: async () => {
      const connection = await openRaw(socketPath)
      opened.push(connection.socket)
      return connection
    },
    [Symbol.asyncDispose]: async () => {
      for (const end of opened) end.close()
      await current.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Handlers that the test does not give answer that they do not exist. */
function completeHandlers(own: Partial<Handlers>): Handlers {
  const missing = (method: string) => async () => failure('unsupported', `The test has no ${method}.`)
  const all = Object.fromEntries(Object.keys(contract).map((method) => [method, missing(method)]))
  return { ...all, ...own } as Handlers
}

function memoryKeys(): WebKeyStore {
  const expiries = new Map<string, number>()
  return {
    add: (hash, expiresAt) => void expiries.set(hash, expiresAt),
    find: (hash) => (expiries.get(hash) ?? 0) > Date.now(),
  }
}

/** Connects a bare WebSocket to a unix socket, or to any URL, and keeps what comes. */
export function openRaw(target: string, options: WebSocket.ClientOptions = {}): Promise<RawConnection> {
  const url = target.startsWith('/') ? `ws+unix://${target}:/rpc` : target
  const socket = new WebSocket(url, { perMessageDeflate: false, ...options })
  const received: unknown[] = []
  let closedWith: number | null = null
  socket.on('message', (data, isBinary) => received.push(isBinary ? data : JSON.parse(String(data))))
  socket.on('close', (code) => {
    closedWith = code
  })
  const send = (message: unknown) =>
    socket.send(typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message))
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ socket, received, closed: () => closedWith, send }))
    socket.on('error', reject)
  })
}
