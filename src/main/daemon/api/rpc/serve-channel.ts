import { protocolVersion } from '../../../../shared/contract/protocol.ts'
import { type ClientMessage, connectionId } from '../../../../shared/contract/wire.ts'
import { assertNever, failure } from '../../../../shared/domain/result.ts'
import type { Handlers } from '../handlers.ts'
import type { ApiLog } from '../log.ts'
import { parseClientMessage } from './client-message.ts'
import { type Request, type RequestMessage, send, sendFailure, startRequest } from './request.ts'
import type { ServerChannel } from './server-channel.ts'

/** A window reads a few feeds and logs; this many at once is a client gone wrong. */
const maxOpenRequests = 256

/**
 * Speaks the protocol with one client until its channel closes: greets, answers calls, feeds streams. Whatever does not
 * follow the protocol closes the channel.
 */
export function serveChannel(channel: ServerChannel, handlers: Handlers, { log }: { readonly log: ApiLog }): void {
  const requests = new Map<number, Request>()
  let greeted = false

  const abortAll = () => {
    for (const request of requests.values()) request.abort()
  }
  const hangUp = () => {
    channel.onMessage = () => {}
    abortAll()
    channel.close()
  }
  const breach = (why: string) => {
    log.warn({ why }, 'A client broke the protocol')
    hangUp()
  }
  const greet = (theirs: number) => {
    if (theirs !== protocolVersion) {
      sendFailure(channel, connectionId, otherVersion(theirs))
      return hangUp()
    }
    greeted = true
    send(channel, { t: 'hello', protocol: protocolVersion })
  }
  const begin = (message: RequestMessage) => {
    if (requests.has(message.id)) return breach(`The id ${message.id} is in use.`)
    if (requests.size >= maxOpenRequests) return sendFailure(channel, message.id, tooMany())
    const request = startRequest(message, { channel, handlers, log })
    requests.set(message.id, request)
    void request.done.then(() => requests.delete(message.id))
  }
  const receive = (message: ClientMessage) => {
    if (!greeted) return message.t === 'hello' ? greet(message.protocol) : breach('It did not say hello first.')
    switch (message.t) {
      case 'hello':
        return breach('It said hello twice.')
      case 'call':
      case 'open':
        return begin(message)
      case 'more':
        return requests.get(message.id)?.credit?.add()
      case 'stop':
        return requests.get(message.id)?.abort()
      default:
        return assertNever(message)
    }
  }

  channel.onMessage = (message) => {
    const parsed = parseClientMessage(message)
    return parsed ? receive(parsed) : breach('Its message is not understood.')
  }
  channel.onClose = abortAll
}

const otherVersion = (theirs: number) =>
  failure(
    'version',
    `This daemon speaks protocol ${protocolVersion}, your program speaks ${theirs}.`,
    'Run procession daemon stop and try again; processes stay.',
  )
const tooMany = () => failure('failed', `More than ${maxOpenRequests} requests are open on this connection.`)
