import { rmSync } from 'node:fs'
import { mayBeRunning, programOf } from '../../../shared/domain/life.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { fileFailure } from '../workspace/file-failure.ts'
import { filesOf } from '../workspace/files-of.ts'
import { mirrorPid, unlinkAlias } from '../workspace/mirror.ts'
import { change } from './dependences.ts'
import { hostOf, recordPathOf } from './engine.ts'
import { placeOf } from './launch.ts'
import { nameOf, type Supervised } from './model.ts'
import type { Supervision } from './supervision.ts'

/** All its files but the record of a program that runs on: its shim would make it anew, under a number used again. */
function purgeable(supervised: Supervised): string[] {
  const { session, name, state } = supervised
  const others = [...session.processes.values()].flatMap((other) => [other.name, other.definition.alias ?? other.name])
  const kept = programOf(state.life) === null ? null : recordPathOf(supervised)
  return filesOf(session.paths, name, others).filter((path) => path !== kept)
}

/**
 * Forgets a process and leaves its program running. Its files stay, unless `purge`. Whoever waited for it does not wait
 * any more. Answers its name and the pid that goes on alone.
 */
export function detach(
  supervision: Supervision,
  supervised: Supervised,
  purge: boolean,
): Result<{ readonly name: string; readonly pid: number | null }> {
  const { parts } = supervision
  const { session, definition } = supervised
  const name = nameOf(supervised)
  const { life } = supervised.state
  if (life.kind === 'stopping') {
    return failure('conflict', `${name} is being stopped.`, 'Wait for its end, then detach it')
  }
  if (life.kind === 'starting' && life.program === null) {
    return failure('conflict', `${name} is just being started.`, 'Detach it when it has a pid')
  }
  const pid = programOf(supervised.state.life)?.identity.pid ?? null
  try {
    session.store?.removeProcess(supervised.id)
    // Out of the list first: what is sent from now on is about the others.
    session.processes.delete(supervised.id)
    if (supervised.restartTimer !== null) clearTimeout(supervised.restartTimer)
    const rest = session.dependences.filter(
      ({ parent, childId }) => childId !== supervised.id && !(parent.kind === 'process' && parent.id === supervised.id),
    )
    change(supervision, session, rest, () => {})
    if (definition.secretRef !== null) parts.secrets.remove(definition.secretRef)
    if (definition.alias !== null) unlinkAlias(session.paths, definition.alias)
    mirrorPid(session.paths, supervised.name, null)
    if (purge) {
      hostOf(parts, supervised).discard(placeOf(supervised), mayBeRunning(life))
      for (const path of purgeable(supervised)) rmSync(path, { force: true })
    }
  } catch (error) {
    return fileFailure(error, `Could not detach ${name}`)
  }
  for (const waiter of [...supervised.waiters]) waiter()
  parts.onRemove(supervised)
  parts.publish({ kind: 'process-removed', id: supervised.id })
  return success({ name, pid })
}
