/** interface.md fixes these for people; a script that guesses 256-bit keys at this rate gets nowhere. */
const maxFailures = 10
const windowMs = 60_000
/** Addresses that are remembered. On loopback there is one; the bound holds whatever comes. */
const maxAddresses = 1000

export type LoginLimit = {
  /** True while an address has failed too often within the last minute. */
  blocked(address: string): boolean
  failed(address: string): void
}

/** `now` gives milliseconds of a clock that does not go back. */
export function createLoginLimit(now: () => number): LoginLimit {
  const failures = new Map<string, readonly number[]>()
  const recent = (address: string) => (failures.get(address) ?? []).filter((at) => at > now() - windowMs)
  return {
    blocked: (address) => recent(address).length >= maxFailures,
    failed: (address) => {
      const times = [...recent(address), now()].slice(-maxFailures)
      // Deleted first so that the map stays ordered by the latest failure.
      failures.delete(address)
      failures.set(address, times)
      const [oldest] = failures.keys()
      if (failures.size > maxAddresses && oldest !== undefined) failures.delete(oldest)
    },
  }
}
