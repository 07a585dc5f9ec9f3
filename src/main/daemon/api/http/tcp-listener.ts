import { createServer, type Server } from 'node:http'
import { type Failure, failure, type Result, success } from '../../../../shared/domain/result.ts'
import type { ServerChannel } from '../rpc/server-channel.ts'
import { authorityOf, type ListenAddress } from './listen-address.ts'
import type { LoginLimit } from './login-limit.ts'
import { createOneTimeTokens } from './one-time-tokens.ts'
import { closerOf, codeOf, listen } from './open-server.ts'
import { ownHosts } from './own-origin.ts'
import { describePortHolder } from './port-holder.ts'
import { createRoutes, type RouteOptions } from './routes.ts'
import { acceptChannels } from './rpc-upgrade.ts'
import type { WebKeyStore } from './web-keys.ts'

/** A loopback listener with the web interface. */
export type TcpListener = {
  /** As it came to be, with the port that was chosen. */
  readonly address: ListenAddress
  /** An address for a browser, good for one exchange. */
  freshUrl(): string
  close(): Promise<void>
}

export type TcpListenerOptions = Omit<RouteOptions, 'web'> & {
  readonly rendererFolder: string
  readonly keys: WebKeyStore
  readonly limit: LoginLimit
  readonly onChannel: (channel: ServerChannel) => void
}

export async function openTcpListener(
  wanted: ListenAddress,
  options: TcpListenerOptions,
): Promise<Result<TcpListener>> {
  const server = createServer()
  const close = closerOf(server)
  try {
    await listen(server, wanted)
  } catch (error) {
    return listenFailure(wanted, error)
  }
  const address = { host: wanted.host, port: portOf(server) ?? wanted.port }
  const tokens = createOneTimeTokens()
  const { rendererFolder, keys, limit, version, log, onChannel } = options
  const web = { hosts: ownHosts(address), tokens, keys, limit, rendererFolder }
  server.on('request', createRoutes({ version, log, web }))
  acceptChannels(server, { web, onChannel })
  return success({ address, freshUrl: () => `http://${authorityOf(address)}/#token=${tokens.issue()}`, close })
}

function portOf(server: Server): number | null {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : null
}

async function listenFailure(wanted: ListenAddress, error: unknown): Promise<Failure> {
  const name = authorityOf(wanted)
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return failure(
        'conflict',
        `${name} is in use by ${await describePortHolder(wanted)}.`,
        `Choose another address, such as --listen ${authorityOf({ ...wanted, port: wanted.port + 1 })}, or end that program.`,
      )
    case 'EACCES':
      return failure('not_permitted', `Only root may listen on ${name}.`, 'Choose a port from 1024 on.')
    case 'EADDRNOTAVAIL':
      return failure('bad_input', `${name} is not an address of this machine.`, 'Use 127.0.0.1.')
    default:
      return failure('failed', `The daemon cannot listen on ${name}: ${codeOf(error) || String(error)}.`)
  }
}
