import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { AttachInput } from '../../../shared/contract/contract.ts'
import { localHostName } from '../../../shared/domain/host.ts'
import type { ProgramIdentity } from '../../../shared/domain/identity.ts'
import { defaultRestartLimit } from '../../../shared/domain/restart.ts'
import { type Result, success } from '../../../shared/domain/result.ts'
import { redactArgv, redacted, redactUri } from '../../../shared/text/redact.ts'
import type { ProcessDescription } from '../host/port.ts'
import type { Definition } from '../store/process-record.ts'
import { fileFailure } from '../workspace/file-failure.ts'
import { checkAlias, freeNameOfUri, hashOfUri } from '../workspace/names.ts'
import type { OpenSession, Supervised } from './model.ts'
import { checkProgram, resolveProgram } from './program-path.ts'
import { type FoundProgram, stripSymbols } from './program-search.ts'
import { addProcess, isNameTaken } from './recording.ts'
import type { Supervision } from './supervision.ts'

const defaultGraceMs = 10_000

/** Says that this program is the current run of a known process. */
export function adoptInto({ engine, parts }: Supervision, supervised: Supervised, identity: ProgramIdentity): void {
  supervised.desired = 'up'
  const program = { identity, shimPid: null }
  engine.dispatch(supervised, { kind: 'adopted', at: parts.now(), program }, { actor: 'user', why: 'attach' })
}

type Request = { readonly found: FoundProgram; readonly alias: string | null; readonly input: AttachInput }

/**
 * A program that somebody else started becomes a process of the session. Its command line, folder and environment are
 * recorded, so that it can be started again; from then on it is like any other.
 */
export function recordForeign(
  supervision: Supervision,
  session: OpenSession,
  request: Request,
): Result<{ readonly supervised: Supervised; readonly notices: readonly string[] }> {
  const { found, alias, input } = request
  if (alias !== null) {
    const valid = checkAlias(alias)
    if (!valid.ok) return valid
  }
  const { description } = found
  const real = freeUri(session, found.uri ?? attachedUri(found))
  const isTaken = (name: string) => isNameTaken(session, name)
  const id = randomUUID()
  const env = foreignEnvironment(description)
  const argv = startableArgv(found)
  const definition: Definition = {
    alias,
    uri:
      found.uri === null
        ? attachedUri({ ...found, description: { ...description, argv: redactArgv(description.argv) } })
        : redactUri(real),
    uriHash: hashOfUri(real),
    secretRef: `process/${id}`,
    host: found.host.name,
    argv: redactArgv(argv),
    exe: description.exe,
    cwd: description.cwd ?? (found.host.name === localHostName ? session.path : '~'),
    // Values of a foreign environment are nobody's to show.
    env: Object.fromEntries(Object.keys(env).map((key) => [key, redacted])),
    restart: input.restart ?? 'always',
    restartLimit: defaultRestartLimit,
    ready: null,
    match: null,
    shutdown: input.shutdown ?? false,
    pty: false,
    stopSignal: 'SIGTERM',
    graceMs: defaultGraceMs,
  }
  try {
    supervision.parts.secrets.setProcess(`process/${id}`, { uri: real, argv, env })
    const name = freeNameOfUri(nameSeed(found), isTaken)
    const supervised = addProcess(supervision, session, { id, name, definition })
    adoptInto(supervision, supervised, description.identity)
    return success({ supervised, notices: noticesOf(input, description) })
  } catch (error) {
    return fileFailure(error, `Could not record the process in ${session.path}`)
  }
}

function noticesOf(input: AttachInput, description: ProcessDescription): string[] {
  return [
    ...(input.restart === undefined ? ['restart 1: it is started again when it ends; change it with --restart 0'] : []),
    ...(description.env === null ? ['its environment cannot be read: it will be started with yours'] : []),
  ]
}

const foreignEnvironment = ({ env }: ProcessDescription): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env ?? {}).filter(([key]) => !key.startsWith('PROCESSION_') && /^[A-Za-z_][A-Za-z0-9_]*$/.test(key)),
  )

/** A program may call itself anything (`-bash`, `trader: busy`): where the name starts nothing, the file behind it does. */
function startableArgv({ description: { argv, exe, cwd, env }, host }: FoundProgram): string[] {
  const [program = '', ...rest] = argv
  // What a name leads to on another machine is not looked up: the file that runs is known there as well.
  if (host.name !== localHostName) return program.startsWith('/') || exe === null ? [program, ...rest] : [exe, ...rest]
  const found = resolveProgram(program, cwd ?? '/', env?.PATH ?? process.env.PATH ?? '')
  const startsSomething = found.ok && checkProgram(found.value) === null
  return startsSomething || exe === null ? [program, ...rest] : [exe, ...rest]
}

/** gutools' name for a foreign program: its host and its command line without separators and symbols. */
function attachedUri({ description, host }: Pick<FoundProgram, 'description' | 'host'>): string {
  const machine = host.name === localHostName ? hostname() : host.name
  return `attached://${Buffer.from(machine).toString('hex')}${stripSymbols(description.argv)}`
}

/** Two programs with equal command lines are told apart by folder and user. */
const nameSeed = (found: FoundProgram): string =>
  found.uri ?? `${attachedUri(found)}?cwd=${found.description.cwd ?? ''}&uid=${found.description.uid}`

/** No two processes of a session have the same URI: the second of equal programs gets a number. */
function freeUri(session: OpenSession, uri: string): string {
  const hashes = new Set([...session.processes.values()].map(({ definition }) => definition.uriHash))
  if (!hashes.has(hashOfUri(uri))) return uri
  let number = 2
  while (hashes.has(hashOfUri(`${uri}#${number}`))) number++
  return `${uri}#${number}`
}
