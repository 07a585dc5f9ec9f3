import { randomUUID } from 'node:crypto'
import type { StartInput } from '../../../shared/contract/contract.ts'
import { mayBeRunning } from '../../../shared/domain/life.ts'
import { noRestarts } from '../../../shared/domain/restart.ts'
import { type Result, success } from '../../../shared/domain/result.ts'
import { initialState } from '../../../shared/machine/life-machine.ts'
import type { Definition, ProcessRecord } from '../store/process-record.ts'
import { fileFailure } from '../workspace/file-failure.ts'
import { lastRecordedRun } from '../workspace/files-of.ts'
import { mirrorDefinition, unlinkAlias } from '../workspace/mirror.ts'
import { freeNameOfUri } from '../workspace/names.ts'
import type { Requested } from './definition.ts'
import { nameAnew, resolveMissingParents } from './dependences.ts'
import { byUser, type Cause } from './engine.ts'
import { supervisedOf } from './load-session.ts'
import type { OpenSession, Supervised } from './model.ts'
import type { Supervision } from './supervision.ts'

/** Records what a request asks for; what the disk refuses is a failure in words. */
export function storeQuietly(...parameters: Parameters<typeof store>): Result<Supervised> {
  try {
    return success(store(...parameters))
  } catch (error) {
    return fileFailure(error, `Could not record the process in ${parameters[1].path}`)
  }
}

function store(
  supervision: Supervision,
  session: OpenSession,
  input: Pick<StartInput, 'name'>,
  request: Requested,
  known: Supervised | null,
): Supervised {
  const { parts } = supervision
  const id = known?.id ?? randomUUID()
  const definition: Definition = { ...request.definition, secretRef: request.secret === null ? null : `process/${id}` }
  if (request.secret !== null) parts.secrets.setProcess(`process/${id}`, request.secret)
  if (known) return redefine(supervision, known, definition, byUser)
  const isTaken = (name: string) => isNameTaken(session, name)
  const name = input.name ?? freeNameOfUri(request.uri, isTaken)
  return addProcess(supervision, session, { id, name, definition })
}

export const isNameTaken = (session: OpenSession, name: string): boolean =>
  [...session.processes.values()].some((other) => other.name === name || other.definition.alias === name)

/** Writes `etc/<name>.yaml`; that it cannot be written is no reason not to supervise. */
export function mirror(supervision: Supervision, supervised: Supervised): void {
  try {
    mirrorDefinition(supervised.session.paths, recordOf(supervised))
  } catch (error) {
    supervision.parts.log.warn({ error, process: supervised.name }, 'The definition could not be written to etc/')
  }
}

/** Gives a known process another definition: database, memory, mirror, and whoever waits for it. Throws SqliteError. */
export function redefine(
  supervision: Supervision,
  known: Supervised,
  definition: Definition,
  cause: Cause,
): Supervised {
  const { alias } = known.definition
  const { store: database, paths } = known.session
  const at = supervision.parts.now()
  const changed = changesBetween(known.definition, definition)
  database?.setDefinition(known.id, definition, at)
  if (changed.length > 0) database?.addDefinitionChange(known.id, at, cause.actor, changed, cause.why)
  if (alias !== null && alias !== definition.alias) unlinkAlias(paths, alias)
  known.definition = definition
  if (mayBeRunning(known.state.life)) known.definitionChanged ||= changed.some((name) => launchSettings.has(name))
  cancelBackoff(supervision, known, cause)
  mirror(supervision, known)
  if (alias !== definition.alias) nameAnew(supervision, known)
  resolveMissingParents(supervision, known)
  if (changed.length > 0) supervision.engine.publish(known)
  supervision.engine.settleSoon(known.session)
  return known
}

/** Whoever forbids restarts does not want the one either that is being waited for. */
function cancelBackoff({ engine, parts }: Supervision, known: Supervised, cause: Cause): void {
  if (known.state.life.kind !== 'backoff' || known.definition.restart !== 'never') return
  const next = { kind: 'down', reason: 'Not started again: restart 0' } as const
  known.desired = 'down'
  engine.dispatch(known, { kind: 'stop', at: parts.now(), by: cause.actor, graceMs: 0, next }, cause)
}

/** Adds a process that was never started. Throws SqliteError. */
export function addProcess(
  supervision: Supervision,
  session: OpenSession,
  { id, name, definition }: { readonly id: string; readonly name: string; readonly definition: Definition },
): Supervised {
  const record: ProcessRecord = {
    id,
    name,
    definition,
    desired: 'down',
    // Records of an earlier process of that name are no records of this one.
    state: { ...initialState, run: lastRecordedRun(session.paths, name) },
    memory: noRestarts,
    tag: null,
    createdAt: supervision.parts.now(),
  }
  if (session.store === null) throw new Error('A session that can be written has a store')
  session.store.addProcess(record)
  const supervised = supervisedOf(session, record, session.store)
  session.processes.set(id, supervised)
  supervision.parts.onMove(supervised)
  mirror(supervision, supervised)
  resolveMissingParents(supervision, supervised)
  return supervised
}

const recordOf = (supervised: Supervised): ProcessRecord => ({
  id: supervised.id,
  name: supervised.name,
  definition: supervised.definition,
  desired: supervised.desired,
  state: supervised.state,
  memory: supervised.memory,
  tag: supervised.tag,
  createdAt: supervised.createdAt,
})

/** Settings that a running program keeps as they were when it was launched. */
const launchSettings: ReadonlySet<string> = new Set(['command', 'cwd', 'env', 'pty'])

/** Settings that differ, by the names of their flags. */
export function changesBetween(before: Definition, after: Definition): string[] {
  const differs = (pick: (definition: Definition) => unknown) =>
    JSON.stringify(pick(before)) !== JSON.stringify(pick(after))
  return [
    ...(differs((definition) => definition.alias) ? ['alias'] : []),
    ...(differs((definition) => definition.argv) ? ['command'] : []),
    ...(differs((definition) => definition.cwd) ? ['cwd'] : []),
    ...(differs((definition) => definition.env) ? ['env'] : []),
    ...(differs((definition) => definition.restart) ? ['restart'] : []),
    ...(differs((definition) => definition.restartLimit) ? ['restart-limit'] : []),
    ...(differs((definition) => definition.ready) ? ['ready'] : []),
    ...(differs((definition) => definition.match) ? ['match'] : []),
    ...(differs((definition) => definition.shutdown) ? ['shutdown'] : []),
    ...(differs((definition) => definition.pty) ? ['pty'] : []),
    ...(differs((definition) => definition.stopSignal) ? ['stop-signal'] : []),
    ...(differs((definition) => definition.graceMs) ? ['grace'] : []),
  ]
}
