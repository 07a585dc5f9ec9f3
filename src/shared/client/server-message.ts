import type { ServerMessage } from '../contract/wire.ts'
import { type ErrorCode, errorCodes } from '../domain/result.ts'

/** Reads a text message of the daemon. Null when it is none of the known ones; values of parts are not looked into. */
export function parseServerMessage(text: string): ServerMessage | null {
  const message = parseJson(text)
  if (message === null || typeof message.t !== 'string') return null
  const id = typeof message.id === 'number' ? message.id : null
  switch (message.t) {
    case 'hello':
      return typeof message.protocol === 'number' ? { t: 'hello', protocol: message.protocol } : null
    case 'ok':
    case 'part':
      return id === null ? null : { t: message.t, id, v: message.v }
    case 'end':
      return id === null ? null : { t: 'end', id }
    case 'err':
      return id === null ? null : parseError(id, message)
    default:
      return null
  }
}

function parseError(id: number, message: Readonly<Record<string, unknown>>): ServerMessage | null {
  if (typeof message.message !== 'string' || typeof message.hint !== 'string') return null
  return { t: 'err', id, code: knownCode(message.code), message: message.message, hint: message.hint }
}

/** A newer daemon may refuse with a code that did not exist yet; its words still count. */
const knownCode = (code: unknown): ErrorCode => errorCodes.find((known) => known === code) ?? 'failed'

function parseJson(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
