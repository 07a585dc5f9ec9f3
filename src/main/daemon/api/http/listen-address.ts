import { isIPv4, isIPv6 } from 'node:net'
import { failure, type Result, success } from '../../../../shared/domain/result.ts'

/** What to listen on. `host` is an IP address in its usual text form; port 0 lets the system choose. */
export type ListenAddress = { readonly host: string; readonly port: number }

const example = 'Write it as 127.0.0.1:7517.'
const maxPort = 65_535

/** Reads `HOST:PORT`, `[IPV6]:PORT` or `:PORT` (all interfaces); `localhost` means 127.0.0.1. */
export function parseListen(text: string): Result<ListenAddress> {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text.trim()) ?? []
  if (digits === undefined)
    return failure('bad_input', `${JSON.stringify(text)} is not an address with a port.`, example)
  const port = Number(digits)
  if (port > maxPort) return failure('bad_input', `Port ${digits} is above ${maxPort}.`, example)
  if (bracketed !== undefined) {
    return isIPv6(bracketed)
      ? success({ host: bracketed, port })
      : failure('bad_input', `${JSON.stringify(bracketed)} is not an IPv6 address.`, example)
  }
  const host = plain === 'localhost' ? '127.0.0.1' : plain || '::'
  return isIPv4(host) || host === '::'
    ? success({ host, port })
    : failure('bad_input', `${JSON.stringify(host)} is not an IP address of this machine.`, example)
}

/** 127.0.0.0/8 and ::1: reachable from this machine only. */
export const isLoopback = (host: string): boolean =>
  isIPv4(host) ? host.startsWith('127.') : /^(?:0*:)*:?0*1$/.test(host)

/** `host:port` as it stands in URLs and Host headers. */
export const authorityOf = ({ host, port }: ListenAddress): string =>
  isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
