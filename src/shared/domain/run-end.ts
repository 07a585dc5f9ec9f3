/**
 * How a run ended. `code` and `signal` are null when they cannot be known; `reason` then says why
 * (`recorder lost`, `interrupt or exit code 130`, `could not start: not found`).
 */
export type RunEnd = {
  readonly code: number | null
  /** Name of the signal, e.g. `SIGKILL`. */
  readonly signal: string | null
  /** When it ended, milliseconds since 1970 UTC. */
  readonly at: number
  readonly reason: string | null
}

/** True only for a known exit with code 0. */
export const endedWell = (end: RunEnd): boolean => end.code === 0 && end.signal === null
