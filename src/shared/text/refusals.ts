import { type Failure, failure } from '../domain/result.ts'

/** What a browser is told whose key or one-time token is not (or no longer) known. */
export const freshAddressNeeded = failure(
  'not_permitted',
  'This page needs a fresh address.',
  'Run procession serve and open the address it prints.',
)

/**
 * The refusal to activate a workspace that this machine has not run before.
 *
 * @param message says what it would run, a line for each process
 */
export const consentNeeded = (message: string): Failure =>
  failure('conflict', message, 'If you trust it: procession session activate --yes')

export const isConsentNeeded = ({ code, hint }: Failure): boolean =>
  code === 'conflict' && hint === consentNeeded('').hint
