import type { Target } from '../../../shared/contract/contract.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { processNamed } from '../supervisor/dependences.ts'
import type { Supervised } from '../supervisor/model.ts'
import type { Supervision } from '../supervisor/supervision.ts'

/** The process that a caller means, in a session that may be changed (`write`) or only looked at. */
export async function findTarget(
  supervision: Supervision,
  target: Target,
  access: 'read' | 'write',
): Promise<Result<Supervised>> {
  if ('id' in target) {
    const found = supervision.sessions.processes().find((candidate) => candidate.id === target.id)
    if (!found) return failure('not_found', 'This process does not exist any more.', 'Refresh the list')
    if (access === 'read') return success(found)
    const session = await supervision.sessions.find(found.session.path, 'write')
    return session.ok ? success(found) : session
  }
  const session = await supervision.sessions.find(target.workspace, access)
  if (!session.ok) return session
  return processNamed(session.value, target.ref)
}
