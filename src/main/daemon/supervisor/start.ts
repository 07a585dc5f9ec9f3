import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { StartInput, StartReport } from '../../../shared/contract/contract.ts'
import { mayBeRunning } from '../../../shared/domain/life.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { displayName } from '../../../shared/domain/rows.ts'
import { initialState } from '../../../shared/machine/life-machine.ts'
import type { Definition, ProcessRecord } from '../store/process-record.ts'
import { fileFailure } from '../workspace/file-failure.ts'
import { mirrorDefinition, unlinkAlias } from '../workspace/mirror.ts'
import { checkAlias, freeNameOfUri, hashOfUri } from '../workspace/names.ts'
import { type Requested, readRequest } from './definition.ts'
import { programOf } from './engine.ts'
import type { OpenSession, Supervised } from './model.ts'
import { processRowOf } from './rows.ts'
import { supervisedOf } from './sessions.ts'
import { stopAndWait } from './stop.ts'
import type { Supervision } from './supervision.ts'

/** A program reports itself within milliseconds; on a machine under heavy load a person still gets an answer in time. */
const startPatienceMs = 5000
/** From the identity of a program to its exec it is a fraction of a millisecond on an idle machine. */
const execLookMs = 2
const execLooks = 250

/**
 * Starts what the request describes and answers once its pid is known. A process with the same URI is the same process:
 * settings that the request names are changed, and one that runs already is a conflict unless `force` replaces it.
 */
export async function startProcess(supervision: Supervision, input: StartInput): Promise<Result<StartReport>> {
  const found = await supervision.sessions.find(input.workspace, 'write')
  if (!found.ok) return found
  const session = found.value
  const known = knownProcess(session, input)
  if (known && input.launch && mayBeRunning(known.state.life) && !input.force) return alreadyRunning(known)
  const request = readRequest(input, session.path, known ? storedOf(supervision, known) : null)
  if (!request.ok) return request
  const names = checkNames(session, input, known)
  if (names) return names
  if (known && input.force) await stopAndWait(supervision, known, { now: false })
  const before = known?.definition ?? null
  const stored = storeQuietly(supervision, session, input, request.value, known)
  if (!stored.ok) return stored
  const supervised = stored.value
  const report = (): StartReport => ({
    process: processRowOf(supervised),
    changed: before === null ? [] : changesBetween(before, supervised.definition),
    warnings: [...request.value.warnings],
  })
  if (!input.launch) {
    supervision.parts.publish({ kind: 'process', process: processRowOf(supervised) })
    return success(report())
  }
  const started = await launchAndWait(supervision, supervised)
  return started.ok ? success(report()) : started
}

/** What is stored of a process, its secrets included. */
const storedOf = (supervision: Supervision, { definition }: Supervised) => ({
  definition,
  secret: definition.secretRef === null ? null : supervision.parts.secrets.process(definition.secretRef),
})

/** Starts a known process with its stored definition. */
export async function startKnown(supervision: Supervision, supervised: Supervised): Promise<Result<null>> {
  if (mayBeRunning(supervised.state.life) && supervised.state.life.kind !== 'stopping')
    return alreadyRunning(supervised)
  return launchAndWait(supervision, supervised)
}

async function launchAndWait(supervision: Supervision, supervised: Supervised): Promise<Result<null>> {
  const { engine, parts } = supervision
  supervised.desired = 'up'
  const runBefore = supervised.state.run
  engine.dispatch(supervised, { kind: 'start', at: parts.now(), by: 'user' }, 'user')
  await waitForStart(supervision, supervised, runBefore)
  const { life } = supervised.state
  if (life.kind !== 'failed') return success(null)
  return failure('failed', `Could not start ${displayName(nameOf(supervised))}: ${life.reason}.`.replace(/\.+$/, '.'))
}

/** Resolves when a run after `runBefore` has become its program, has ended, or could not begin. */
export async function waitForStart(
  supervision: Supervision,
  supervised: Supervised,
  runBefore: number,
  signal?: AbortSignal,
): Promise<void> {
  const { engine, parts } = supervision
  const timeoutMs = startPatienceMs + supervised.definition.graceMs
  const isSeen = () => supervised.state.run !== runBefore && supervised.state.life.kind !== 'starting'
  await engine.waitFor(supervised, isSeen, { timeoutMs, ...(signal ? { signal } : {}) })
  for (let looks = 0; looks < execLooks; looks++) {
    const { life } = supervised.state
    if (life.kind !== 'up') return
    if (parts.host.hasBegun(life.program)) {
      // Or it is gone already, and why stands in its record.
      engine.readRecord(supervised)
      return
    }
    await delay(execLookMs)
  }
}

const nameOf = (supervised: Supervised) => ({ alias: supervised.definition.alias, name: supervised.name })

function alreadyRunning(supervised: Supervised) {
  const pid = programOf(supervised.state.life)?.identity.pid
  const name = displayName(nameOf(supervised))
  return failure(
    'conflict',
    `${name} is running already${pid === undefined ? '' : ` (pid ${pid})`}.`,
    `Use: procession session restart ${name}`,
  )
}

/** The process that a request means: the one with the same URI. A command line is looked up with and without its alias. */
function knownProcess(session: OpenSession, input: StartInput): Supervised | null {
  const request = readRequest({ ...input, cwd: input.cwd ?? session.path }, session.path, null)
  if (!request.ok) return null
  return byHash(session, hashOfUri(request.value.uri))
}

const byHash = (session: OpenSession, hash: string): Supervised | null =>
  [...session.processes.values()].find((candidate) => candidate.definition.uriHash === hash) ?? null

function checkNames(session: OpenSession, input: StartInput, known: Supervised | null) {
  for (const wanted of [input.alias, input.name]) {
    if (wanted === undefined) continue
    const valid = checkAlias(wanted)
    if (!valid.ok) return valid
    const other = [...session.processes.values()].find(
      (candidate) => candidate !== known && (candidate.name === wanted || candidate.definition.alias === wanted),
    )
    if (other) {
      return failure(
        'conflict',
        `"${wanted}" is the name of another process here (${other.definition.uri}).`,
        'Choose another name',
      )
    }
  }
  if (known && input.name !== undefined && input.name !== known.name) {
    return failure(
      'conflict',
      `This process is named ${known.name}, and names do not change.`,
      'Use --alias to rename it',
    )
  }
  return null
}

/** `store`, with what the disk refuses as a failure in words. */
function storeQuietly(...parameters: Parameters<typeof store>): Result<Supervised> {
  try {
    return success(store(...parameters))
  } catch (error) {
    return fileFailure(error, `Could not record the process in ${parameters[1].path}`)
  }
}

function store(
  supervision: Supervision,
  session: OpenSession,
  input: StartInput,
  request: Requested,
  known: Supervised | null,
): Supervised {
  const { parts } = supervision
  const id = known?.id ?? randomUUID()
  const definition: Definition = { ...request.definition, secretRef: request.secret === null ? null : `process/${id}` }
  if (request.secret !== null) parts.secrets.setProcess(`process/${id}`, request.secret)
  const supervised = known
    ? redefine(supervision, known, definition)
    : add(supervision, session, input, request, id, definition)
  try {
    mirrorDefinition(session.paths, recordOf(supervised))
  } catch (error) {
    parts.log.warn({ error, process: supervised.name }, 'The definition could not be written to etc/')
  }
  return supervised
}

function redefine(supervision: Supervision, known: Supervised, definition: Definition): Supervised {
  const { alias } = known.definition
  known.session.store?.setDefinition(known.id, definition, supervision.parts.now())
  if (alias !== null && alias !== definition.alias) unlinkAlias(known.session.paths, alias)
  known.definition = definition
  return known
}

function add(
  supervision: Supervision,
  session: OpenSession,
  input: StartInput,
  request: Requested,
  id: string,
  definition: Definition,
): Supervised {
  const isTaken = (name: string) =>
    [...session.processes.values()].some((other) => other.name === name || other.definition.alias === name)
  const name = input.name ?? freeNameOfUri(request.uri, isTaken)
  const record: ProcessRecord = {
    id,
    name,
    definition,
    desired: 'down',
    state: initialState,
    createdAt: supervision.parts.now(),
  }
  if (session.store === null) throw new Error('A session that can be written has a store')
  session.store.addProcess(record)
  const supervised = supervisedOf(session, record, session.store)
  session.processes.set(id, supervised)
  supervision.parts.onMove(supervised)
  return supervised
}

const recordOf = (supervised: Supervised): ProcessRecord => ({
  id: supervised.id,
  name: supervised.name,
  definition: supervised.definition,
  desired: supervised.desired,
  state: supervised.state,
  createdAt: supervised.createdAt,
})

/** Settings that differ, by the names of their flags. */
function changesBetween(before: Definition, after: Definition): string[] {
  const differs = (pick: (definition: Definition) => unknown) =>
    JSON.stringify(pick(before)) !== JSON.stringify(pick(after))
  return [
    ...(differs((definition) => definition.alias) ? ['alias'] : []),
    ...(differs((definition) => definition.argv) ? ['command'] : []),
    ...(differs((definition) => definition.cwd) ? ['cwd'] : []),
    ...(differs((definition) => definition.env) ? ['env'] : []),
    ...(differs((definition) => definition.restart) ? ['restart'] : []),
    ...(differs((definition) => definition.shutdown) ? ['shutdown'] : []),
    ...(differs((definition) => definition.stopSignal) ? ['stop-signal'] : []),
    ...(differs((definition) => definition.graceMs) ? ['grace'] : []),
  ]
}
