import { createHash, randomBytes } from 'node:crypto'
import type { EpochMs } from '../../../../shared/domain/units.ts'

/** A browser tab keeps its key while it is open; one that was not reloaded for this long is no longer ours. */
export const webKeyLifetimeMs = 30 * 24 * 3600 * 1000

/** Remembers, across restarts, the keys that were handed to browsers: only their hashes (`hashSecret`), never the keys. */
export type WebKeyStore = {
  add(hash: string, expiresAt: EpochMs): void
  /** True when the hash was added and has not expired. Looking a hash up tells an attacker nothing about a key. */
  find(hash: string): boolean
}

const secretBytes = 32

/** A fresh 256-bit secret, safe in URLs. */
export const newSecret = (): string => randomBytes(secretBytes).toString('base64url')

/** The form in which a secret is kept: SHA-256, in hexadecimal. Enough because secrets are random, not chosen by people. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')
