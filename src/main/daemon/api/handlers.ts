import type { MethodOf, OutputOf, ParsedInputOf } from '../../../shared/contract/contract.ts'
import type { FeedPlace } from '../../../shared/contract/schemas.ts'
import type { Result } from '../../../shared/domain/result.ts'

/** What a handler knows of its request. `signal` aborts when the caller cancels or its connection is gone. */
export type RequestContext = { readonly signal: AbortSignal; readonly after: FeedPlace | null }

/** A stream that can be refused before its first part. One that fails later returns the failure at its end. */
export type StreamResult<Part> = Promise<Result<AsyncIterable<Part>>>

/** One function per capability; the RPC server finds them by method name. */
export type Handlers = {
  readonly [M in MethodOf<'call'>]: (input: ParsedInputOf<M>, context: RequestContext) => Promise<Result<OutputOf<M>>>
} & {
  readonly [M in MethodOf<'feed'>]: (input: ParsedInputOf<M>, context: RequestContext) => StreamResult<OutputOf<M>>
} & {
  /** A part belongs to who reads it; with `giveBackPart` its memory can be used again. */
  readonly [M in MethodOf<'bytes'>]: (input: ParsedInputOf<M>, context: RequestContext) => StreamResult<Uint8Array>
}
