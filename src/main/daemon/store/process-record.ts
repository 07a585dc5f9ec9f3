import type { MatchRule } from '../../../shared/domain/match-rule.ts'
import type { Readiness } from '../../../shared/domain/readiness.ts'
import type { RestartLimit, RestartMemory, RestartPolicy } from '../../../shared/domain/restart.ts'
import type { ProcessState } from '../../../shared/machine/life-machine.ts'

/** How a process is started. Everything in it is redacted; real values are in the secrets file under `secretRef`. */
export type Definition = {
  readonly alias: string | null
  readonly uri: string
  /** SHA-256 of the real URI, hexadecimal. */
  readonly uriHash: string
  readonly secretRef: string | null
  readonly host: string
  readonly argv: readonly string[]
  /** The executable, where it was seen: of a program that was attached. */
  readonly exe: string | null
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly restart: RestartPolicy
  readonly restartLimit: RestartLimit
  readonly ready: Readiness | null
  readonly match: MatchRule | null
  readonly shutdown: boolean
  /** It gets a terminal instead of two log files. */
  readonly pty: boolean
  readonly stopSignal: string
  readonly graceMs: number
}

/** One process as session.db keeps it. */
export type ProcessRecord = {
  readonly id: string
  readonly name: string
  readonly definition: Definition
  readonly desired: 'up' | 'down'
  readonly state: ProcessState
  readonly memory: RestartMemory
  readonly tag: { readonly label: string; readonly score: number } | null
  readonly createdAt: number
}
