import type { ServerMessage } from '../contract/wire.ts'
import { type Failure, failure, type Result, success } from '../domain/result.ts'
import type { Connection } from './link.ts'

export type CallRequest = {
  readonly id: number
  readonly method: string
  readonly input: unknown
  readonly signal: AbortSignal | undefined
}

/** Calls that wait for their answer. */
export type Calls = {
  start(request: CallRequest, connection: Connection): Promise<Result<unknown>>
  answer(message: Extract<ServerMessage, { t: 'ok' | 'err' }>): void
  failAll(why: Failure): void
}

export function createCalls(): Calls {
  const waiting = new Map<number, (result: Result<unknown>) => void>()

  const settle = (id: number, result: Result<unknown>) => {
    const resolve = waiting.get(id)
    waiting.delete(id)
    resolve?.(result)
  }

  return {
    start: ({ id, method, input, signal }, connection) => {
      if (signal?.aborted) return Promise.resolve(cancelled())
      return new Promise((resolve) => {
        const cancel = () => {
          connection.send({ t: 'stop', id })
          settle(id, cancelled())
        }
        waiting.set(id, (result) => {
          signal?.removeEventListener('abort', cancel)
          resolve(result)
        })
        signal?.addEventListener('abort', cancel)
        if (!connection.send({ t: 'call', id, m: method, p: input })) settle(id, inputTooLong(method))
      })
    },
    answer: (message) =>
      settle(
        message.id,
        message.t === 'ok' ? success(message.v) : failure(message.code, message.message, message.hint),
      ),
    failAll: (why) => {
      for (const id of [...waiting.keys()]) settle(id, why)
    },
  }
}

/** What a caller gets that cancelled. */
export const cancelled = () => failure('cancelled', 'Cancelled.')
export const inputTooLong = (method: string) => failure('bad_input', `The input of ${method} is too long to be sent.`)
