import { type OnLoss, requiredText } from '../../../shared/domain/dependence.ts'
import type { Result } from '../../../shared/domain/result.ts'
import { type DependenceRow, displayName } from '../../../shared/domain/rows.ts'
import { daemon } from '../../data/daemon.ts'
import { useRows } from '../../data/rows-store.ts'
import { notify } from '../../ui/toasts.tsx'

/** A dependence in the words of the command line. */
export type NamedDependence = {
  /** Absolute path of the workspace. */
  readonly workspace: string
  readonly parent: string
  /** A label, or one of the reserved words. */
  readonly state: string
  readonly child: string
  readonly onLoss: OnLoss
}

/** Adds a dependence. The daemon refuses one that would close a circle, and names it. */
export const addDependence = (added: NamedDependence): Promise<Result<{ readonly added: number }>> =>
  daemon().call('dependences.add', {
    workspace: added.workspace,
    parents: [`${added.parent}:${added.state}`],
    children: [added.child],
    onLoss: added.onLoss,
    // A parent that had been only a name can be put back as such.
    allowMissing: true,
  })

/** The names behind a row; null when an end of it has gone. */
function namesOf(row: DependenceRow): NamedDependence | null {
  const { sessions, processes } = useRows.getState()
  const nameOf = (id: string) => {
    const process = processes.get(id)
    return process && displayName(process)
  }
  const workspace = sessions.get(row.sessionId)?.path
  const parent = row.parent.kind === 'process' ? nameOf(row.parent.id) : row.parent.name
  const child = nameOf(row.childId)
  if (workspace === undefined || parent === undefined || child === undefined) return null
  return { workspace, parent, child, state: requiredText(row.required), onLoss: row.onLoss }
}

/** Removes a dependence at once; a note offers to put it back. */
export async function removeDependence(row: DependenceRow): Promise<void> {
  const names = namesOf(row)
  if (!names) return
  const { workspace, parent, state, child } = names
  const title = `${child} no longer waits for ${parent}`
  const answer = await daemon().call('dependences.remove', {
    workspace,
    parents: [`${parent}:${state}`],
    children: [child],
  })
  if (answer.ok) {
    notify('succeeded', title, '', { label: 'Undo', run: () => void putBack(names) })
  } else if (answer.code !== 'cancelled') {
    notify('failed', `The dependency of ${child} could not be removed`, `${answer.message} ${answer.hint}`.trim())
  }
}

async function putBack(names: NamedDependence): Promise<void> {
  const answer = await addDependence(names)
  if (answer.ok || answer.code === 'cancelled') return
  notify('failed', `The dependency of ${names.child} could not be put back`, `${answer.message} ${answer.hint}`.trim())
}
