import { timingSafeEqual } from 'node:crypto'
import { hashSecret, newSecret } from './web-keys.ts'

/** Each printed address holds one. Whoever prints more than this without opening any loses the oldest. */
const maxOutstanding = 100

export type OneTimeTokens = {
  issue(): string
  /** True once for each token that was issued. */
  redeem(token: string): boolean
}

export function createOneTimeTokens(): OneTimeTokens {
  let hashes: Buffer[] = []
  return {
    issue: () => {
      const token = newSecret()
      hashes = [...hashes, hashOf(token)].slice(-maxOutstanding)
      return token
    },
    redeem: (token) => {
      const wanted = hashOf(token)
      const left = hashes.filter((hash) => !timingSafeEqual(hash, wanted))
      const found = left.length < hashes.length
      hashes = left
      return found
    },
  }
}

const hashOf = (token: string) => Buffer.from(hashSecret(token), 'hex')
