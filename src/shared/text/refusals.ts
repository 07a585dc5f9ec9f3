import { failure } from '../domain/result.ts'

/** What a browser is told whose key or one-time token is not (or no longer) known. */
export const freshAddressNeeded = failure(
  'not_permitted',
  'This page needs a fresh address.',
  'Run procession serve and open the address it prints.',
)
