/** Reads one remembered value; anything that does not look right is as if nothing had been remembered. */
export function remembered<T>(key: string, parse: (value: unknown) => T | undefined, fallback: T): T {
  try {
    const text = localStorage.getItem(key)
    return (text === null ? undefined : parse(JSON.parse(text))) ?? fallback
  } catch {
    return fallback
  }
}

/** Remembers a value in this browser profile. A full or forbidden storage only means that nothing is remembered. */
export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value))
  } catch {
    return
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value if it is one of these words. */
export const oneOf = <T extends string>(words: readonly T[], value: unknown): T | undefined =>
  words.find((word) => word === value)
