import type { FeedPlace } from '../contract/schemas.ts'
import { streamCredit } from '../contract/wire.ts'
import { type Failure, type Result, success } from '../domain/result.ts'
import { cancelled, inputTooLong } from './calls.ts'
import type { Connection } from './link.ts'

/** What a stream is opened with; after a lost connection, where it goes on. */
export type StreamPlace = { readonly input: unknown; readonly after: FeedPlace | null }

export type StreamRequest = {
  readonly id: number
  readonly method: string
  readonly input: unknown
  readonly signal: AbortSignal
  readonly onPart: (part: unknown) => Promise<void> | void
  /** The place behind `part`. */
  readonly advance: (input: unknown, part: unknown) => StreamPlace
}

/** Streams that are being read. They survive their connection: the next one opens them where their reader is. */
export type Streams = {
  /** Opens it now or with the next connection. Rejects only with what `onPart` throws. */
  start(request: StreamRequest): Promise<Result<void>>
  connected(connection: Connection): void
  disconnected(): void
  part(id: number, part: unknown): void
  end(id: number, failed: Failure | null): void
  endAll(why: Failure): void
}

type Stream = StreamRequest & {
  place: StreamPlace
  /** Everything that happens to the stream, strictly one after another. */
  tail: Promise<void>
  readonly settle: (result: Result<void>) => void
  readonly crash: (error: unknown) => void
}

export function createStreams(): Streams {
  const open = new Map<number, Stream>()
  let current: Connection | null = null

  const next = (stream: Stream, step: () => Promise<void> | void) => {
    stream.tail = stream.tail.then(() => (open.has(stream.id) ? step() : undefined))
  }

  // Waits for the parts that an earlier connection brought: `place` is behind them only when they have been handled.
  const request = (stream: Stream, connection: Connection) =>
    next(stream, () => {
      if (connection !== current) return
      const { id, method, place } = stream
      const sent = connection.send({
        t: 'open',
        id,
        m: method,
        p: place.input,
        after: place.after,
        credit: streamCredit,
      })
      if (!sent) stream.settle(inputTooLong(method))
    })

  const handle = async (stream: Stream, part: unknown, connection: Connection | null) => {
    try {
      await stream.onPart(part)
    } catch (error) {
      current?.send({ t: 'stop', id: stream.id })
      return stream.crash(error)
    }
    stream.place = stream.advance(stream.place.input, part)
    if (connection === current && open.has(stream.id)) current?.send({ t: 'more', id: stream.id })
  }

  const add = (wanted: StreamRequest, resolve: (result: Result<void>) => void, reject: (error: unknown) => void) => {
    const over = () => {
      open.delete(wanted.id)
      wanted.signal.removeEventListener('abort', abort)
    }
    const stream: Stream = {
      ...wanted,
      place: { input: wanted.input, after: null },
      tail: Promise.resolve(),
      settle: (result) => {
        over()
        resolve(result)
      },
      crash: (error) => {
        over()
        reject(error)
      },
    }
    const abort = () => {
      current?.send({ t: 'stop', id: wanted.id })
      stream.settle(cancelled())
    }
    wanted.signal.addEventListener('abort', abort)
    open.set(wanted.id, stream)
    if (current) request(stream, current)
  }

  return {
    start: (wanted) =>
      wanted.signal.aborted
        ? Promise.resolve(cancelled())
        : new Promise((resolve, reject) => add(wanted, resolve, reject)),
    connected: (connection) => {
      current = connection
      for (const stream of open.values()) request(stream, connection)
    },
    disconnected: () => {
      current = null
    },
    part: (id, part) => {
      const stream = open.get(id)
      const connection = current
      if (stream) next(stream, () => handle(stream, part, connection))
    },
    end: (id, failed) => {
      const stream = open.get(id)
      if (stream) next(stream, () => stream.settle(failed ?? success(undefined)))
    },
    endAll: (why) => {
      for (const stream of open.values()) next(stream, () => stream.settle(why))
    },
  }
}
