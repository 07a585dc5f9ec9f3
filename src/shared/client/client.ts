import type { InputOf, MethodOf, OutputOf } from '../contract/contract.ts'
import type { FeedPlace } from '../contract/schemas.ts'
import { decodeBytesPart } from '../contract/wire.ts'
import { assertNever, type Failure, failure, type Result, success } from '../domain/result.ts'
import { type Calls, createCalls } from './calls.ts'
import type { Channel } from './channel.ts'
import type { Connection, LinkEvents } from './link.ts'
import { keepConnected } from './reconnect.ts'
import type { ClientState } from './state.ts'
import { createStreams, type StreamPlace, type StreamRequest, type Streams } from './streams.ts'

export type ClientOptions = {
  /**
   * Opens a channel. `version` and `not_permitted` are final (the client is then `refused`); after any other failure it
   * is called again.
   */
  readonly connect: () => Promise<Result<Channel>>
  /** Called at every change, first with `connecting`. */
  readonly onState?: (state: ClientState) => void
  /** For commands: one attempt, and a lost connection is not opened again. */
  readonly once?: boolean
}

export type CallOptions = { readonly signal?: AbortSignal | undefined }

export type FeedReader<Part> = {
  readonly signal: AbortSignal
  /** Parts come one at a time: the next one waits for the promise, and so, in the end, does the daemon. */
  readonly onPart: (part: Part) => Promise<void> | void
}

export type BytesReader<Input> = {
  readonly signal: AbortSignal
  readonly onPart: (part: Uint8Array) => Promise<void> | void
  /** The input that goes on behind `part`, for a connection that breaks after it. */
  readonly advance: (input: Input, part: Uint8Array) => Input
}

/**
 * The face's end of the protocol. Expected failures are values; the only rejections are errors that `onPart` throws.
 * Codes that come from here: `disconnected` (no connection, or lost before the answer), `unreachable` (`once`),
 * `cancelled` (aborted by the caller, or closed), `version` and `not_permitted` (refused).
 */
export type Client = {
  /** Settles with the first hello, a refusal, `close()`, or, with `once`, the failed attempt. */
  readonly up: Promise<Result<void>>
  /** Fails at once without a connection: await `up` first, or act on states. */
  call<M extends MethodOf<'call'>>(method: M, input: InputOf<M>, options?: CallOptions): Promise<Result<OutputOf<M>>>
  /** Reads a feed until it ends, fails or is aborted (`cancelled`). May be started without a connection. */
  watch<M extends MethodOf<'feed'>>(
    method: M,
    input: InputOf<M>,
    reader: FeedReader<OutputOf<M>>,
  ): Promise<Result<void>>
  /** The same for a stream of bytes. */
  bytes<M extends MethodOf<'bytes'>>(
    method: M,
    input: InputOf<M>,
    reader: BytesReader<InputOf<M>>,
  ): Promise<Result<void>>
  /** Ends everything; no state is reported any more. */
  close(): void
}

export function createClient({ connect, onState = () => {}, once = false }: ClientOptions): Client {
  const calls = createCalls()
  const streams = createStreams()
  const closing = new AbortController()
  let connection: Connection | null = null
  let over: Failure | null = null
  let lastId = 0

  const up = new Promise<Result<void>>((settle) => {
    const onUp = (opened: Connection) => {
      connection = opened
      settle(success(undefined))
      onState({ kind: 'connected' })
      streams.connected(opened)
    }
    const onDown = (why: Failure) => {
      connection = null
      streams.disconnected()
      calls.failAll(why)
    }
    const events = { onUp, onDown, onState, ...messageRoutes(calls, streams) }
    void keepConnected({ connect, once, signal: closing.signal, events }).then((why) => {
      over = why
      settle(why)
      streams.endAll(why)
    })
  })
  const startStream = (request: Omit<StreamRequest, 'id'>) =>
    over ? Promise.resolve(over) : streams.start({ id: ++lastId, ...request })

  return {
    up,
    call: async <M extends MethodOf<'call'>>(method: M, input: InputOf<M>, { signal }: CallOptions = {}) => {
      if (over) return over
      if (!connection) return failure('disconnected', 'There is no connection to the daemon.')
      const result = await calls.start({ id: ++lastId, method, input, signal }, connection)
      return result as Result<OutputOf<M>>
    },
    watch: (method, input, { signal, onPart }) => {
      const read = onPart as StreamRequest['onPart']
      return startStream({ method, input, signal, onPart: read, advance: afterPart })
    },
    bytes: (method, input, { signal, onPart, advance }) => {
      const read = onPart as StreamRequest['onPart']
      return startStream({ method, input, signal, onPart: read, advance: advancedInput(advance) })
    },
    close: () => closing.abort(),
  }
}

/** Where messages of the daemon go. Those of calls and streams that are over go nowhere. */
function messageRoutes(calls: Calls, streams: Streams): Pick<LinkEvents, 'onMessage' | 'onBytes'> {
  return {
    onMessage: (message) => {
      switch (message.t) {
        case 'ok':
          return calls.answer(message)
        case 'part':
          return streams.part(message.id, message.v)
        case 'end':
          return streams.end(message.id, null)
        case 'err':
          calls.answer(message)
          return streams.end(message.id, failure(message.code, message.message, message.hint))
        case 'hello':
          return
        default:
          return assertNever(message)
      }
    },
    onBytes: (message) => {
      const decoded = decodeBytesPart(message)
      if (decoded) streams.part(decoded.id, decoded.part)
    },
  }
}

/** Feeds go on by the place that their parts carry; one without places starts anew. */
const afterPart = (input: unknown, part: unknown): StreamPlace => ({ input, after: placeOf(part) })

function placeOf(part: unknown): FeedPlace | null {
  if (typeof part !== 'object' || part === null || !('epoch' in part) || !('seq' in part)) return null
  const { epoch, seq } = part
  return typeof epoch === 'string' && typeof seq === 'number' ? { epoch, seq } : null
}

const advancedInput =
  <Input>(advance: BytesReader<Input>['advance']) =>
  (input: unknown, part: unknown): StreamPlace => ({
    input: advance(input as Input, part as Uint8Array),
    after: null,
  })
