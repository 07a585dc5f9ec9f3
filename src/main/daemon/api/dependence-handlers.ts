import { success } from '../../../shared/domain/result.ts'
import { addDependences, removeDependences } from '../supervisor/dependences.ts'
import { dependenceRowsOf } from '../supervisor/gate.ts'
import { defineState, removeState } from '../supervisor/states.ts'
import type { Supervision } from '../supervisor/supervision.ts'
import { findTarget } from './find-target.ts'
import type { Handlers } from './handlers.ts'

type DependenceMethods = 'dependences.add' | 'dependences.remove' | 'states.define' | 'states.list' | 'states.remove'

/** Which process waits for which, and the states that they wait for. */
export function createDependenceHandlers(supervision: Supervision): Pick<Handlers, DependenceMethods> {
  const { sessions } = supervision
  return {
    'dependences.add': async ({ workspace, parents, children, onLoss, allowMissing }) => {
      const session = await sessions.find(workspace, 'write')
      if (!session.ok) return session
      const added = addDependences(supervision, session.value, { parents, children, onLoss, allowMissing })
      return added.ok ? success({ ...added.value, dependences: dependenceRowsOf(session.value) }) : added
    },
    'dependences.remove': async ({ workspace, parents, children }) => {
      const session = await sessions.find(workspace, 'write')
      if (!session.ok) return session
      const removed = removeDependences(supervision, session.value, { parents, children })
      if (!removed.ok) return removed
      const { notices } = removed.value
      return success({
        removed: removed.value.removed,
        notices: [...notices],
        dependences: dependenceRowsOf(session.value),
      })
    },
    'states.define': async ({ target, label, when, ignore, require }) => {
      const found = await findTarget(supervision, target, 'write')
      return found.ok ? defineState(supervision, found.value, { label, when, ignore, require }) : found
    },
    'states.list': async (target) => {
      const found = await findTarget(supervision, target, 'read')
      return found.ok ? success([...found.value.states]) : found
    },
    'states.remove': async ({ target, label }) => {
      const found = await findTarget(supervision, target, 'write')
      if (!found.ok) return found
      const left = removeState(supervision, found.value, label)
      return left.ok ? success([...left.value]) : left
    },
  }
}
