import type * as z from 'zod'

// The three shapes that a capability can have on the wire. `output` is what one answer, one part of a feed looks like;
// a bytes stream sends raw bytes whose layout its entry documents.

export type CallEntry<I extends z.ZodType, O extends z.ZodType> = {
  readonly kind: 'call'
  readonly input: I
  readonly output: O
}
export type FeedEntry<I extends z.ZodType, O extends z.ZodType> = {
  readonly kind: 'feed'
  readonly input: I
  readonly output: O
}
export type BytesEntry<I extends z.ZodType> = { readonly kind: 'bytes'; readonly input: I }

export const call = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): CallEntry<I, O> => ({
  kind: 'call',
  input,
  output,
})

export const feed = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): FeedEntry<I, O> => ({
  kind: 'feed',
  input,
  output,
})

export const bytes = <I extends z.ZodType>(input: I): BytesEntry<I> => ({ kind: 'bytes', input })
