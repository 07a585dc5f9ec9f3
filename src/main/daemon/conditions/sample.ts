import type { LiveFingerprint } from '../../../shared/domain/fingerprint.ts'

/** What one evaluation of a condition looks at: a process at one moment. */
export type ConditionSample = {
  /** Null while the process does not run. */
  readonly fp: LiveFingerprint | null
  /** Label of the saved state that holds; empty when none does. */
  readonly state: string
  /** The kind of the process's life, such as `up` or `exited`. */
  readonly life: string
  /** Null while the process does not run; conditions see 0. */
  readonly pid: number | null
  readonly alias: string
  readonly name: string
  /** Since the present run began, seconds; 0 while the process does not run. */
  readonly uptime: number
  readonly restarts: number
  readonly ready: boolean
}
