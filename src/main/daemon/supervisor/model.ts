import type { ReadOnlyReason, Usage } from '../../../shared/domain/rows.ts'
import type { RunEnd } from '../../../shared/domain/run-end.ts'
import type { ProcessState } from '../../../shared/machine/life-machine.ts'
import type { Definition } from '../store/process-record.ts'
import type { SavedMove, SessionStore } from '../store/session-store.ts'
import type { WorkspacePaths } from '../workspace/layout.ts'

/** A session in memory. `store` is null when its database cannot even be read. */
export type OpenSession = {
  readonly id: string
  name: string
  readonly path: string
  readonly paths: WorkspacePaths
  readonly store: SessionStore | null
  readonly readOnly: ReadOnlyReason | null
  readonly processes: Map<string, Supervised>
  /** Moves that could not be written (a full disk): supervision goes on from memory, the sweep tries again. */
  readonly unsaved: SavedMove[]
  /** Gives back the lock and the watch. */
  close(): void
}

/** A process in memory; session.db holds the same, except what is measured. */
export type Supervised = {
  readonly id: string
  readonly name: string
  readonly session: OpenSession
  readonly createdAt: number
  definition: Definition
  desired: 'up' | 'down'
  state: ProcessState
  lastEnd: RunEnd | null
  startedAt: number | null
  restarts: number
  killTimer: NodeJS.Timeout | null
  /** Between the order to spawn and the first word of the record, when no scan can see the program yet. */
  launching: { readonly run: number; readonly shimPid: number | null } | null
  usage: Usage | null
  cpuHistory: readonly number[]
  /** Called after every move; see `waitFor`. */
  readonly waiters: Set<() => void>
}
