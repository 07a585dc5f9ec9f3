/** One line of `procession doctor`. */
export type Check = {
  readonly name: string
  /** `missing`: not here, and things work without it. `problem`: here, but not usable as it is. */
  readonly state: 'ok' | 'missing' | 'problem'
  readonly detail: string
  /** What to do about it; empty when it is ok. */
  readonly remedy: string
  /** Nothing works without it. */
  readonly needed: boolean
}

export const ok = (name: string, detail: string, needed = false): Check => ({
  name,
  state: 'ok',
  detail,
  remedy: '',
  needed,
})

export const missing = (name: string, detail: string, remedy: string): Check => ({
  name,
  state: 'missing',
  detail,
  remedy,
  needed: false,
})

export const problem = (name: string, detail: string, remedy: string, needed = false): Check => ({
  name,
  state: 'problem',
  detail,
  remedy,
  needed,
})

/** Something that everything needs is broken. */
export const isBroken = (checks: readonly Check[]): boolean =>
  checks.some((check) => check.needed && check.state !== 'ok')
