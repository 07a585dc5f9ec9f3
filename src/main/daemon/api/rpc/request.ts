import { contract, type Method } from '../../../../shared/contract/contract.ts'
import {
  type ClientMessage,
  fitsMessage,
  maxMessageBytes,
  type ServerMessage,
} from '../../../../shared/contract/wire.ts'
import { type Failure, failure, type Result, success } from '../../../../shared/domain/result.ts'
import type { Handlers, RequestContext } from '../handlers.ts'
import type { ApiLog } from '../log.ts'
import { type Credit, createCredit } from './credit.ts'
import { describeInputError } from './input-error.ts'
import type { ServerChannel } from './server-channel.ts'

export type RequestMessage = Extract<ClientMessage, { t: 'call' | 'open' }>

/** One call or stream that is being worked on. */
export type Request = {
  /** Null for a call. */
  readonly credit: Credit | null
  abort(): void
  /** Resolves when its handler is done, whatever the caller did meanwhile. Never rejects. */
  readonly done: Promise<void>
}

export type RequestDependencies = {
  readonly channel: ServerChannel
  readonly handlers: Handlers
  readonly log: ApiLog
}

type Prepared = { readonly method: Method; readonly input: unknown }
type Handler = (input: unknown, context: RequestContext) => Promise<Result<unknown>>

export function startRequest(message: RequestMessage, dependencies: RequestDependencies): Request {
  const stop = new AbortController()
  const credit = message.t === 'open' ? createCredit(message.credit, stop.signal) : null
  const done = answer(message, credit, stop.signal, dependencies).finally(() => stop.abort())
  return { credit, abort: () => stop.abort(), done }
}

/** Runs the handler and sends what comes of it. A failure is sent; a thrown error is logged, and the caller learns that. */
async function answer(
  message: RequestMessage,
  credit: Credit | null,
  signal: AbortSignal,
  { channel, handlers, log }: RequestDependencies,
): Promise<void> {
  const { id } = message
  try {
    const prepared = prepare(message)
    if (!prepared.ok) return sendFailure(channel, id, prepared)
    const { method, input } = prepared.value
    // The schema of the same entry of the contract has parsed this input.
    const handler = handlers[method] as Handler
    const result = await handler(input, { signal, after: message.t === 'open' ? message.after : null })
    if (signal.aborted) return
    if (!result.ok) return sendFailure(channel, id, result)
    if (!credit) return send(channel, { t: 'ok', id, v: result.value })
    await sendParts(result.value as Parts, { id, credit, signal, channel })
  } catch (error) {
    log.error({ err: error, method: message.m }, 'A request failed')
    if (!signal.aborted) sendFailure(channel, id, isDiskFull(error) ? diskFull() : internalError())
  }
}

function prepare({ t, m, p }: RequestMessage): Result<Prepared> {
  if (!isMethod(m)) return failure('unknown_method', `This daemon has no ${JSON.stringify(m)}.`, updateHint)
  const entry = contract[m]
  if ((entry.kind === 'call') !== (t === 'call')) {
    return failure('unknown_method', `${m} is a ${entry.kind}, not to be ${t === 'call' ? 'called' : 'opened'}.`)
  }
  const parsed = entry.input.safeParse(p)
  if (!parsed.success) return failure('bad_input', `${m}: ${describeInputError(parsed.error)}`)
  return success({ method: m, input: parsed.data })
}

const updateHint = 'Program and daemon are of different versions: run procession daemon stop and try again.'
const isMethod = (name: string): name is Method => Object.hasOwn(contract, name)

type PartTarget = {
  readonly id: number
  readonly credit: Credit
  readonly signal: AbortSignal
  readonly channel: ServerChannel
}

/** Returns what it failed with, where it did. */
type Parts = AsyncIterable<unknown, Failure | undefined>

/** Asks for the next part only when the reader takes one and the socket is not full. Leaving early runs `return()`. */
async function sendParts(parts: Parts, { id, credit, signal, channel }: PartTarget): Promise<void> {
  const iterator = parts[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await iterator.next()
      if (signal.aborted) return
      if (next.done) return next.value ? sendFailure(channel, id, next.value) : send(channel, { t: 'end', id })
      credit.spend()
      if (next.value instanceof Uint8Array) channel.sendPart(id, next.value)
      else send(channel, { t: 'part', id, v: next.value })
      await credit.available()
      await channel.drained()
      if (signal.aborted) return
    }
  } finally {
    await iterator.return?.()
  }
}

export const sendFailure = (channel: ServerChannel, id: number, { code, message, hint }: Failure): void =>
  send(channel, { t: 'err', id, code, message, hint })

/** Throws on a message that the other side would not take: making one is a bug of a handler. */
export function send(channel: ServerChannel, message: ServerMessage): void {
  const text = JSON.stringify(message)
  if (!fitsMessage(text)) throw new Error(`A message is longer than ${maxMessageBytes} bytes`)
  channel.send(text)
}

/** What a full disk makes of a write, to a file or a database. */
const diskFullCodes = ['ENOSPC', 'EDQUOT', 'SQLITE_FULL']

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && diskFullCodes.includes(String(error.code))

const diskFull = () =>
  failure('failed', 'The daemon could not store this: the disk is full.', 'Free some space, then try again.')

const internalError = () =>
  failure('internal', 'The daemon failed to do this.', 'Its log says more: procession daemon logs.')
