import { setTimeout as delay } from 'node:timers/promises'
import type { StartInput, StartReport } from '../../../shared/contract/contract.ts'
import { mayBeRunning, type Program, programOf } from '../../../shared/domain/life.ts'
import { type Failure, failure, type Result, success } from '../../../shared/domain/result.ts'
import { HostUnreachable } from '../host/port.ts'
import { checkAlias, checkName, hashOfUri } from '../workspace/names.ts'
import { askConsent } from './consent.ts'
import { readRequest } from './definition.ts'
import { byUser, type EngineParts, hostOf } from './engine.ts'
import { findRunning, takeFound } from './identity.ts'
import { nameOf, type OpenSession, type Supervised } from './model.ts'
import { changesBetween, storeQuietly } from './recording.ts'
import { processRowOf } from './rows.ts'
import { stopAndWait } from './stop.ts'
import type { Supervision } from './supervision.ts'
import { waitFor } from './wait-for.ts'

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
  const known = knownProcess(supervision, session, input)
  if (known && input.launch && mayBeRunning(known.state.life) && !input.force) return alreadyRunning(known)
  // A stored folder and environment are as much a part of what would run as the command line that was typed.
  if (known && input.launch && !session.confirmed) return askConsent(session)
  const request = readRequest(input, session.path, known ? storedOf(supervision, known) : null, supervision.handlers())
  if (!request.ok) return request
  const names = checkNames(session, input, known)
  if (names) return names
  const reached = input.launch ? await supervision.parts.hosts.ensure(request.value.definition.host) : success(null)
  if (!reached.ok) return couldNotStart(input.alias ?? request.value.definition.uri, reached)
  if (known && input.force) {
    const ended = await endFirst(supervision, known)
    if (!ended.ok) return ended
  }
  const before = known?.definition ?? null
  const stored = storeQuietly(supervision, session, input, request.value, known)
  if (!stored.ok) return stored
  const supervised = stored.value
  const report = (): StartReport => ({
    process: processRowOf(supervised, supervision.parts),
    changed: before === null ? [] : changesBetween(before, supervised.definition),
    warnings: [...request.value.warnings],
  })
  if (!input.launch) {
    supervision.parts.publish({ kind: 'process', process: processRowOf(supervised, supervision.parts) })
    return success(report())
  }
  const { stopsAsked } = supervised
  const adopted = input.force ? success(false) : await lookFirst(supervision, supervised, input.adopt)
  if (!adopted.ok) return adopted
  if (adopted.value) return success(report())
  if (supervised.stopsAsked !== stopsAsked) {
    wasOvertaken(supervision, supervised)
    return success(report())
  }
  const started = await launchAndWait(supervision, supervised)
  return started.ok ? success(report()) : started
}

/** A program that runs already, started by hand or by another tool, must not get a twin. True when it was adopted. */
async function lookFirst(
  supervision: Supervision,
  supervised: Supervised,
  mayAdopt: boolean,
): Promise<Result<boolean>> {
  const { engine, parts, sessions } = supervision
  const found = await findRunning(hostOf(parts, supervised), supervised, sessions.processes)
  if (found.kind === 'none') return success(false)
  if (found.kind === 'several') return notClear(supervised, found.candidates)
  if (!mayAdopt) {
    return failure(
      'conflict',
      `A program that looks like ${nameOf(supervised)} runs already (pid ${found.identity.pid}); it was not started here.`,
      'Take it over with --adopt, or start another one with --force',
    )
  }
  takeFound(engine, supervised, found, parts.now())
  return success(true)
}

const couldNotStart = (name: string, { code, message, hint }: Failure): Failure =>
  failure(code, `Could not start ${name}. ${message}`, hint)

/** A stop came while the start was looking around: what was never started says so. */
function wasOvertaken({ engine, parts }: Supervision, supervised: Supervised): void {
  if (supervised.state.life.kind !== 'new') return
  const next = { kind: 'down', reason: 'Stopped before it ran' } as const
  engine.dispatch(supervised, { kind: 'stop', at: parts.now(), by: 'user', graceMs: 0, next }, byUser)
}

/** What is stored of a process, its secrets included. */
const storedOf = (supervision: Supervision, { definition }: Supervised) => ({
  definition,
  secret: definition.secretRef === null ? null : supervision.parts.secrets.process(definition.secretRef),
})

/** Starts a known process with its stored definition; `force` and `adopt` as in a start request. */
export async function startKnown(
  supervision: Supervision,
  supervised: Supervised,
  options: { readonly force: boolean; readonly adopt: boolean } = { force: false, adopt: false },
): Promise<Result<null>> {
  if (!supervised.session.confirmed) return askConsent(supervised.session)
  const { life } = supervised.state
  const mayRun = mayBeRunning(life) && life.kind !== 'stopping'
  if (mayRun && !options.force) return alreadyRunning(supervised)
  const reached = await supervision.parts.hosts.ensure(supervised.definition.host)
  if (!reached.ok) return couldNotStart(nameOf(supervised), reached)
  const ended = mayRun ? await endFirst(supervision, supervised) : success(null)
  if (!ended.ok) return ended
  const { stopsAsked } = supervised
  const adopted = options.force ? success(false) : await lookFirst(supervision, supervised, options.adopt)
  if (!adopted.ok) return adopted
  if (adopted.value) return success(null)
  if (supervised.stopsAsked === stopsAsked) return launchAndWait(supervision, supervised)
  wasOvertaken(supervision, supervised)
  return success(null)
}

/**
 * Ends what runs of it, for a start that replaces it. What was out of sight is waited for: a stop that is only remembered
 * would end the new one.
 */
async function endFirst(supervision: Supervision, supervised: Supervised): Promise<Result<null>> {
  const isSeen = () => supervised.state.life.kind !== 'unknown'
  if (!(await waitFor(supervised, isSeen, { timeoutMs: startPatienceMs }))) return alreadyRunning(supervised)
  await stopAndWait(supervision, supervised, { now: false })
  return success(null)
}

async function launchAndWait(supervision: Supervision, supervised: Supervised): Promise<Result<null>> {
  const { run, life: before } = supervised.state
  // Where another start was quicker, its run is the one to wait for.
  const runBefore = mayBeRunning(before) && before.kind !== 'stopping' ? run - 1 : run
  supervision.engine.start(supervised, byUser)
  await waitForStart(supervision, supervised, runBefore)
  const { life } = supervised.state
  if (life.kind !== 'failed') return success(null)
  return failure('failed', `Could not start ${nameOf(supervised)}: ${life.reason}.`.replace(/\.+$/, '.'))
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
  const isSeen = () => {
    const { run, life } = supervised.state
    // One that waits for others has no pid to wait for; one that is not ready yet has.
    if (life.kind === 'blocked') return true
    return run !== runBefore && (life.kind !== 'starting' || life.program !== null)
  }
  await waitFor(supervised, isSeen, { timeoutMs, ...(signal ? { signal } : {}) })
  for (let looks = 0; looks < execLooks; looks++) {
    const { life } = supervised.state
    const program = programOf(life)
    if (program === null || life.kind === 'stopping') return
    if (await hasBegun(parts, supervised, program)) {
      // Or it is gone already, and why stands in its record.
      engine.readRecord(supervised)
      return
    }
    await delay(execLookMs)
  }
}

/** A host that is lost in this moment does not hold up the answer. */
async function hasBegun(parts: EngineParts, supervised: Supervised, program: Program): Promise<boolean> {
  try {
    return await hostOf(parts, supervised).hasBegun(program)
  } catch (error) {
    if (error instanceof HostUnreachable) return true
    throw error
  }
}

function alreadyRunning(supervised: Supervised) {
  const { life } = supervised.state
  if (life.kind === 'ambiguous') return notClear(supervised, life.candidates)
  const pid = programOf(supervised.state.life)?.identity.pid
  const name = nameOf(supervised)
  if (life.kind === 'unknown') {
    const hint = 'It is looked for as soon as it can be'
    return failure('unreachable', `${name} may be running, and nobody can look: ${life.reason}.`, hint)
  }
  return failure(
    'conflict',
    `${name} is running already${pid === undefined ? '' : ` (pid ${pid})`}.`,
    `Use: procession session restart ${name}`,
  )
}

function notClear(supervised: Supervised, candidates: readonly { readonly pid: number }[]) {
  const name = nameOf(supervised)
  const pids = candidates.map(({ pid }) => pid).join(', ')
  return failure(
    'ambiguous',
    `Several programs look like ${name} (pid ${pids}), and it is not clear which of them it is.`,
    `Take one over with: procession session attach --pid PID --alias ${name}; or leave them alone with: ` +
      `procession session stop ${name}`,
  )
}

/** The process that a request means: the one with the same URI. A command line is looked up with and without its alias. */
function knownProcess({ handlers }: Supervision, session: OpenSession, input: StartInput): Supervised | null {
  const request = readRequest({ ...input, cwd: input.cwd ?? session.path }, session.path, null, handlers())
  if (!request.ok) return null
  return byHash(session, hashOfUri(request.value.uri))
}

const byHash = (session: OpenSession, hash: string): Supervised | null =>
  [...session.processes.values()].find((candidate) => candidate.definition.uriHash === hash) ?? null

function checkNames(session: OpenSession, input: StartInput, known: Supervised | null) {
  for (const wanted of [input.alias, input.name]) {
    if (wanted === undefined) continue
    const valid = wanted === input.name ? checkName(wanted) : checkAlias(wanted)
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
