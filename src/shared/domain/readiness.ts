/** How it is known that a program that runs can also be used. */
export type ReadinessCheck =
  /** A TCP connection to this port of its host succeeds. */
  | { readonly kind: 'port'; readonly port: number }
  /** A GET answers with a status from 200 to 399. */
  | { readonly kind: 'http'; readonly url: string }
  /** A line of this run's output matches the regular expression. */
  | { readonly kind: 'log'; readonly pattern: string }
  /** A command ends with exit code 0. */
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  /** A CEL condition holds. */
  | { readonly kind: 'expr'; readonly expr: string }

export type Readiness = {
  readonly check: ReadinessCheck
  /** Between two tries, milliseconds. */
  readonly intervalMs: number
  /** A program that is not ready after this long has failed, milliseconds. */
  readonly timeoutMs: number
}

export const defaultReadyIntervalMs = 1000
export const defaultReadyTimeoutMs = 60_000
