import type { ReadinessCheck } from '../../../shared/domain/readiness.ts'

/** What a probe knows of the run that it asks about. */
export type ProbedRun = {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** The two log files and where the output of this run begins in them, in bytes. */
  readonly logs: readonly { readonly path: string; readonly from: number }[]
}

/** Kinds of checks that are made from outside; conditions are judged by the supervisor. */
export type OutsideCheck = Exclude<ReadinessCheck, { kind: 'expr' }>

/** One readiness check of one run, asked again and again. */
export type ReadyProbe = {
  /** True once the check holds. Never rejects; a try ends after `probeTimeoutMs` or with `signal`. */
  ask(signal: AbortSignal): Promise<boolean>
}

export type ReadyProbes = { create(check: OutsideCheck, run: ProbedRun): ReadyProbe }
