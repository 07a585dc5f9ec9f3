import type { Dependence } from '../../../shared/domain/dependence.ts'
import type { SavedState } from '../../../shared/domain/fingerprint.ts'
import type { RestartMemory } from '../../../shared/domain/restart.ts'
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
  /** False after `deactivate`. */
  active: boolean
  /** False for a workspace that was first seen on this machine until a person has agreed to what it runs. */
  confirmed: boolean
  /** What is wrong with files that a person edited, by file. */
  readonly problems: Map<string, string>
  readonly processes: Map<string, Supervised>
  dependences: readonly Dependence[]
  /** Moves that could not be written (a full disk): supervision goes on from memory, the sweep tries again. */
  readonly unsaved: SavedMove[]
  /** Takes over what people have edited in etc/ since the last look; nothing until somebody watches it. */
  readEdits: () => void
  /** Gives back the lock and the watches. */
  close(): void
  /** Called when it is closed. */
  readonly onClose: (() => void)[]
}

/** A process in memory; session.db holds the same, except what is measured. */
export type Supervised = {
  readonly id: string
  readonly name: string
  readonly session: OpenSession
  readonly createdAt: number
  definition: Definition
  /** True while the running program has an older definition than the stored one. */
  definitionChanged: boolean
  desired: 'up' | 'down'
  /** How often a stop was asked for: a start that has looked around meanwhile sees that it was overtaken. */
  stopsAsked: number
  state: ProcessState
  lastEnd: RunEnd | null
  startedAt: number | null
  restarts: number
  /** What the restart policy remembers. */
  memory: RestartMemory
  states: readonly SavedState[]
  /** The saved state that it is in. */
  tag: { readonly label: string; readonly score: number } | null
  killTimer: NodeJS.Timeout | null
  restartTimer: NodeJS.Timeout | null
  /** Between the order to spawn and the first word of the record, when no scan can see the program yet. */
  launching: { readonly run: number; readonly shimPid: number | null } | null
  /** What a person should know about its logs; null while all is well. */
  logNotice: string | null
  usage: Usage | null
  cpuHistory: readonly number[]
  /** Called after every move; see `waitFor`. */
  readonly waiters: Set<() => void>
}

/** Whether processes of this session are started and restarted without being asked for. */
export const isSupervised = (session: OpenSession): boolean =>
  session.readOnly === null && session.active && session.confirmed

/** True once it was detached: what is still under way for it must change nothing any more. */
export const isForgotten = ({ id, session }: Supervised): boolean => !session.processes.has(id)

/** What the user calls it. */
export const nameOf = (supervised: Supervised): string => supervised.definition.alias ?? supervised.name
