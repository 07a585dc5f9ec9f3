import { markVariable, parseMark } from '../../../shared/domain/identity.ts'
import { openDatabase, sessionMigrations } from '../store/database.ts'
import { createSessionStore } from '../store/session-store.ts'
import { workspacePaths } from '../workspace/layout.ts'
import type { Supervised } from './model.ts'

/** Whose program it is by the mark that we put into the environment of everything we start. */
export type MarkOwner =
  | { readonly kind: 'ours'; readonly owner: Supervised }
  /** A session that another home knows. */
  | { readonly kind: 'theirs'; readonly workspace: string }

/**
 * Null for nobody's: an environment without mark, or with that of a process that was detached since. `env` is null where
 * it cannot be read.
 */
export function markOwner(
  env: Readonly<Record<string, string>> | null,
  everybody: readonly Supervised[],
): MarkOwner | null {
  const mark = parseMark(env?.[markVariable] ?? '')
  if (mark === undefined) return null
  const owner = everybody.find(({ id }) => id === mark.processId)
  if (owner) return { kind: 'ours', owner }
  const workspace = env?.PROCESSION_WORKSPACE
  return workspace !== undefined && isRecordedIn(workspace, mark.processId) ? { kind: 'theirs', workspace } : null
}

function isRecordedIn(workspace: string, processId: string): boolean {
  try {
    const database = openDatabase(workspacePaths(workspace).database, sessionMigrations, { readonly: true })
    try {
      return createSessionStore(database)
        .processes()
        .some(({ id }) => id === processId)
    } finally {
      database.close()
    }
  } catch {
    // A workspace that is gone, or that nobody here can read, is nobody's.
    return false
  }
}
