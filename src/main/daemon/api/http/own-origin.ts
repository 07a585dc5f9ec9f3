import type { IncomingMessage } from 'node:http'
import { authorityOf, type ListenAddress } from './listen-address.ts'

/** Browsers leave this port out of Host and Origin. */
const defaultHttpPort = 80

/** The Host headers under which a loopback listener is reached by its own page, and by nobody who rebinds a name. */
export function ownHosts(address: ListenAddress): readonly string[] {
  const hosts = [authorityOf(address), `localhost:${address.port}`]
  if (address.port !== defaultHttpPort) return hosts
  return [...hosts, ...hosts.map((host) => host.slice(0, host.lastIndexOf(':')))]
}

export const hasOwnHost = (request: IncomingMessage, hosts: readonly string[]): boolean =>
  hosts.includes(request.headers.host?.toLowerCase() ?? '')

/** True for requests of a page that this listener served. A request without Origin does not come from a page. */
export const isFromOwnPage = (request: IncomingMessage, hosts: readonly string[]): boolean =>
  hasOwnHost(request, hosts) &&
  request.headers.origin?.toLowerCase() === `http://${request.headers.host?.toLowerCase()}`
