import type { AttachInput } from '../../../shared/contract/contract.ts'
import type { SavedState } from '../../../shared/domain/fingerprint.ts'
import { localHostName } from '../../../shared/domain/host.ts'
import { isAtRest, programOf } from '../../../shared/domain/life.ts'
import { type Failure, failure, type Result, success } from '../../../shared/domain/result.ts'
import { redactArgv } from '../../../shared/text/redact.ts'
import { fileFailure } from '../workspace/file-failure.ts'
import { checkAlias } from '../workspace/names.ts'
import { processNamed } from './dependences.ts'
import { byUser } from './engine.ts'
import { adoptInto, recordForeign } from './foreign.ts'
import { livingArgv } from './living-argv.ts'
import { type MarkOwner, markOwner } from './mark-owner.ts'
import type { OpenSession, Supervised } from './model.ts'
import { nameOf } from './model.ts'
import { type FoundProgram, findProgram } from './program-search.ts'
import { redefine } from './recording.ts'
import { checkLabel, saveState } from './states.ts'
import type { Supervision } from './supervision.ts'

export type Attached = {
  readonly process: Supervised
  readonly savedState: string | null
  readonly notices: readonly string[]
}

/**
 * Takes a living program into the session, or saves the state of one that is known (gutools `attach`): by pid, by the
 * beginning of its command line, by URI, or by alias alone. What is not named stays as it was.
 */
export async function attach(
  supervision: Supervision,
  session: OpenSession,
  input: AttachInput,
): Promise<Result<Attached>> {
  // Said before anything is done: an attach is done whole or not at all.
  const names = checkNames(input)
  if (names) return names
  const target = input.program === null ? knownTarget(session, input) : await programTarget(supervision, session, input)
  if (!target.ok) return target
  const { supervised, notices } = target.value
  const changed = changeSettings(supervision, supervised, input)
  if (!changed.ok) return changed
  if (input.state === undefined) return success({ process: supervised, savedState: null, notices })
  const saved = await saveState(supervision, supervised, input.state)
  if (!saved.ok) return saved
  return success({
    process: supervised,
    savedState: saved.value.label,
    notices: [...notices, ...partialNotice(saved.value)],
  })
}

function checkNames({ program, alias, state }: AttachInput): Failure | null {
  const checks = [
    ...(program === null || alias === undefined ? [] : [checkAlias(alias)]),
    ...(state === undefined ? [] : [checkLabel(state)]),
  ]
  return checks.find((check) => !check.ok) ?? null
}

type Target = { readonly supervised: Supervised; readonly notices: readonly string[] }

const partialNotice = ({ fingerprint }: SavedState): string[] =>
  fingerprint !== null && fingerprint.files === null
    ? ['Its open files and sockets cannot be read: the state is recognised by its command line alone']
    : []

function knownTarget(session: OpenSession, input: AttachInput): Result<Target> {
  if (input.alias === undefined) {
    return failure(
      'bad_input',
      'Nothing to attach.',
      'Name a program with --pid, --cmdline or --uri, or a known process with --alias and --state',
    )
  }
  const found = processNamed(session, input.alias)
  if (!found.ok) return found
  const isRunning = programOf(found.value.state.life) !== null
  if (input.state !== undefined && !isRunning) {
    return failure(
      'not_found',
      `${nameOf(found.value)} is not running, so it is in no state that could be saved.`,
      `Start it first: procession session start ${nameOf(found.value)}`,
    )
  }
  return success({ supervised: found.value, notices: [] })
}

async function programTarget(
  supervision: Supervision,
  session: OpenSession,
  input: AttachInput,
): Promise<Result<Target>> {
  if (input.program === null) throw new Error('An attach without a program has no program to look for')
  const found = await findProgram(supervision, input.program, input.host ?? localHostName)
  if (!found.ok) return found
  const owner = supervision.sessions
    .processes()
    .find(
      ({ definition, state }) =>
        definition.host === found.value.host.name &&
        programOf(state.life)?.identity.pid === found.value.description.identity.pid,
    )
  if (owner) return attachAgain(session, owner, input)
  const named = input.alias === undefined ? null : namedExactly(session, input.alias)
  const marked = markOwner(found.value.description.env, supervision.sessions.processes())
  if (marked && !(marked.kind === 'ours' && marked.owner === named)) return startedBy(marked, found.value)
  if (named) return takeInto(supervision, named, found.value)
  const alias = input.alias ?? null
  return recordForeign(supervision, session, { found: found.value, alias, input })
}

/** A program in the tree of another process ends with that one, and must not be started by two. */
function startedBy(marked: MarkOwner, { description }: FoundProgram) {
  const { pid } = description.identity
  switch (marked.kind) {
    case 'ours': {
      const name = nameOf(marked.owner)
      return failure('conflict', `Pid ${pid} was started by ${name} and ends with it.`, `Detach ${name} first`)
    }
    case 'theirs':
      return failure(
        'conflict',
        `Pid ${pid} belongs to the session ${marked.workspace} of another home.`,
        'Detach it there first',
      )
  }
}

/** The program is a process of ours already: only its settings and states are touched. */
function attachAgain(session: OpenSession, owner: Supervised, input: AttachInput): Result<Target> {
  if (owner.session !== session) {
    return failure(
      'conflict',
      `That program is ${nameOf(owner)} of the session ${owner.session.path}.`,
      'Detach it there first',
    )
  }
  const other = input.alias === undefined ? null : namedExactly(session, input.alias)
  if (other !== null && other !== owner) {
    return failure(
      'conflict',
      `That program is ${nameOf(owner)} already, and ${input.alias} is another process.`,
      'A program belongs to one process only',
    )
  }
  return success({ supervised: owner, notices: [] })
}

const namedExactly = (session: OpenSession, name: string): Supervised | null =>
  [...session.processes.values()].find((other) => other.definition.alias === name || other.name === name) ?? null

/** A known process that does not run, or of which several programs could be it, is said to be this program. */
function takeInto(supervision: Supervision, named: Supervised, found: FoundProgram): Result<Target> {
  const { life } = named.state
  const { identity, argv } = found.description
  const name = nameOf(named)
  const isThere = named.definition.host === found.host.name
  const isSame = isThere && JSON.stringify(redactArgv(argv)) === JSON.stringify(livingArgv(named.definition.argv))
  const command = redactArgv(argv).join(' ')
  const isCandidate =
    isThere &&
    life.kind === 'ambiguous' &&
    life.candidates.some((candidate) => candidate.pid === identity.pid && candidate.command === command)
  if (
    !isCandidate &&
    !(isSame && (isAtRest(life) || life.kind === 'blocked' || life.kind === 'backoff' || life.kind === 'ambiguous'))
  ) {
    return failure(
      'conflict',
      isSame ? `${name} is running already.` : `${name} is the name of another process (${named.definition.uri}).`,
      'Choose another alias',
    )
  }
  adoptInto(supervision, named, identity)
  return success({ supervised: named, notices: [] })
}

function changeSettings(supervision: Supervision, supervised: Supervised, input: AttachInput): Result<null> {
  const { definition } = supervised
  const next = {
    ...definition,
    alias: input.program === null ? definition.alias : (input.alias ?? definition.alias),
    restart: input.restart ?? definition.restart,
    shutdown: input.shutdown ?? definition.shutdown,
  }
  if (JSON.stringify(next) === JSON.stringify(definition)) return success(null)
  try {
    redefine(supervision, supervised, next, byUser)
    return success(null)
  } catch (error) {
    return fileFailure(error, `Could not record the process in ${supervised.session.path}`)
  }
}
