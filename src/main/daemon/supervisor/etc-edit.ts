import { isAbsolute, resolve } from 'node:path'
import { localHostName } from '../../../shared/domain/host.ts'
import { argvOfUri, parseProcessUri } from '../../../shared/domain/process-uri.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { SchemeHandlers } from '../../../shared/domain/scheme-handlers.ts'
import { redactArgv, redacted } from '../../../shared/text/redact.ts'
import type { Definition } from '../store/process-record.ts'
import type { ProcessSecret } from '../store/secrets-file.ts'
import { checkAlias, hashOfUri } from '../workspace/names.ts'
import { readReadiness } from './check-readiness.ts'
import { checkEnvironment, hostOfUri } from './definition.ts'
import type { EtcSettings } from './etc-file.ts'
import { hideValues, type RealValues, realValuesOf, revealArgv, revealEnv, revealUri } from './hidden-values.ts'
import type { Supervised } from './model.ts'
import { checkFolder, checkProgram, resolveProgram } from './program-path.ts'
import { isNameTaken } from './recording.ts'

/** What a person's file makes of a process. */
export type EtcEdit = { readonly definition: Definition; readonly secret: ProcessSecret | null }

/** A setting of the file that cannot be taken over, and why. */
export type Refusal = { readonly key: string; readonly message: string }

type Read<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Refusal)

const refuse = (key: string, message: string) => ({ ok: false, key, message }) as const

export type EditContext = {
  /** What is stored of its secrets. */
  readonly secret: ProcessSecret | null
  readonly handlers: SchemeHandlers
  /** Where programs without a folder are looked for. */
  readonly path: string
}

/**
 * The definition of a process as its file says, equal to the present one where nothing was edited. An element that is what
 * is shown of a secret keeps the stored one. A folder or program is looked for only where it was edited.
 */
export function editOf(supervised: Supervised, settings: EtcSettings, context: EditContext): Read<EtcEdit> {
  const { definition: known, session } = supervised
  const alias = aliasOf(supervised, settings)
  if (!alias.ok) return alias
  const host = hostOfEdit(known, settings)
  const cwd = folderOf(known, settings, { host, root: session.path })
  if (host === localHostName && cwd !== known.cwd && checkFolder(cwd)) {
    return refuse('cwd', `the folder ${cwd} does not exist`)
  }
  const real = realValues(supervised, settings, { ...context, alias: alias.value, cwd, host })
  if (!real.ok) return real
  const edited = settings.ready === undefined ? known.ready : settings.ready
  const path = real.value.env.PATH ?? context.path
  const ready = edited === null ? success(null) : readReadiness(edited, { cwd, path, host })
  if (!ready.ok) return refuse('ready', ready.message)
  const values = valuesOf(supervised, real.value, context.secret)
  const uriHash = real.value.uri === (context.secret?.uri ?? known.uri) ? known.uriHash : hashOfUri(real.value.uri)
  const twin = [...session.processes.values()].find(
    (other) => other !== supervised && other.definition.uriHash === uriHash,
  )
  if (twin) return refuse('uri', `${twin.definition.alias ?? twin.name} has the same URI`)
  const match = settings.match === undefined ? known.match : settings.match
  const definition: Definition = {
    alias: alias.value,
    uri: values.uri,
    uriHash,
    secretRef: values.secretRef,
    host,
    argv: values.argv,
    exe: same(values.argv, known.argv) ? known.exe : null,
    cwd,
    env: values.env,
    restart: settings.restart ?? known.restart,
    restartLimit: settings.restartLimit === undefined ? known.restartLimit : settings.restartLimit,
    ready: ready.value,
    // Like everything that is compared with a command line, it knows no secrets.
    match: match?.argv_prefix ? { ...match, argv_prefix: redactArgv(match.argv_prefix) } : match,
    shutdown: settings.shutdown ?? known.shutdown,
    pty: settings.pty ?? known.pty,
    stopSignal: settings.stopSignal ?? known.stopSignal,
    graceMs: settings.graceMs ?? known.graceMs,
  }
  return { ok: true, value: { definition, secret: values.secret } }
}

/** Another URI may name another machine; without one it stays where it is. */
function hostOfEdit(known: Definition, { uri }: EtcSettings): string {
  if (uri === undefined || uri === known.uri) return known.host
  const parsed = parseProcessUri(uri)
  return parsed.ok ? hostOfUri(parsed.value) : known.host
}

/** A folder on another machine is not looked at, and not relative to the workspace here. */
function folderOf(known: Definition, { cwd }: EtcSettings, place: { readonly host: string; readonly root: string }) {
  if (cwd === undefined) return known.cwd
  return place.host === localHostName ? resolve(place.root, cwd) : cwd
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

const sorted = (env: Readonly<Record<string, string>>) => Object.entries(env).sort()

/** What is stored of the real values; of those that were not edited exactly what is stored already. */
function valuesOf({ definition: known, id }: Supervised, real: RealValues, secret: ProcessSecret | null) {
  const present = realValuesOf(known, secret)
  const isSame = {
    uri: real.uri === present.uri,
    argv: same(real.argv, present.argv),
    env: same(sorted(real.env), sorted(present.env)),
  }
  const { uri, argv, env, secretRef } = known
  if (isSame.uri && isSame.argv && isSame.env) return { uri, argv, env, secretRef, secret }
  const hidden = hideValues(real, new Set(Object.keys(secret?.env ?? {})))
  return {
    uri: isSame.uri ? uri : hidden.uri,
    argv: isSame.argv ? argv : hidden.argv,
    env: isSame.env ? env : hidden.env,
    secretRef: hidden.secret !== null || hidden.isLost ? (secretRef ?? `process/${id}`) : null,
    secret: hidden.secret,
  }
}

function aliasOf(supervised: Supervised, { alias }: EtcSettings): Read<string | null> {
  const known = supervised.definition.alias
  if (alias === undefined || alias === known) return { ok: true, value: known }
  if (alias === null) return { ok: true, value: null }
  const valid = checkAlias(alias)
  if (!valid.ok) return refuse('alias', valid.message)
  // Its own name as alias would make a file of that link.
  const isTaken = alias === supervised.name || isNameTaken(supervised.session, alias)
  return isTaken ? refuse('alias', 'another process is called that') : { ok: true, value: alias }
}

type Place = EditContext & { readonly alias: string | null; readonly cwd: string; readonly host: string }

function realValues(supervised: Supervised, settings: EtcSettings, place: Place): Read<RealValues> {
  const { definition } = supervised
  const present = realValuesOf(definition, place.secret)
  const uri = settings.uri === undefined ? present.uri : revealUri(settings.uri, definition.uri, present.uri)
  if (uri !== present.uri && uri.includes(redacted)) return refuse('uri', 'the dots stand for no stored secret')
  const env = envOf(settings, present)
  if (!env.ok) return env
  const isUriEdited = uri !== present.uri
  const parsed = parseProcessUri(uri)
  if (isUriEdited && !parsed.ok) return refuse('uri', parsed.message)
  const written = settings.cmdline ?? definition.argv
  const isCommandEdited = JSON.stringify(written) !== JSON.stringify(definition.argv)
  if (!isCommandEdited && !isUriEdited) return { ok: true, value: { uri, argv: present.argv, env: env.value } }
  const argv = isCommandEdited
    ? writtenArgv(written, { shown: definition.argv, real: present.argv })
    : argvOfEditedUri(uri, place)
  if (!argv.ok) return refuse(isCommandEdited ? 'cmdline' : 'uri', argv.message)
  const program = programOf(argv.value, env.value, place)
  if (!program.ok) return refuse(isCommandEdited ? 'cmdline' : 'uri', program.message)
  return { ok: true, value: { uri, argv: program.value, env: env.value } }
}

function writtenArgv(written: readonly string[], stored: Parameters<typeof revealArgv>[1]): Result<readonly string[]> {
  const argv = revealArgv(written, stored)
  const isLost = argv.some((element) => element.includes(redacted) && !stored.real.includes(element))
  return isLost ? failure('bad_input', 'the dots stand for no stored secret') : success(argv)
}

function argvOfEditedUri(text: string, { handlers, alias }: Place): Result<readonly string[]> {
  const uri = parseProcessUri(text)
  return uri.ok ? argvOfUri(uri.value, handlers, { text, alias }) : uri
}

/** The command line with its program as an absolute path, which must be there. */
function programOf(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  { cwd, path, host }: Place,
): Result<readonly string[]> {
  const [name = '', ...rest] = argv
  if (host !== localHostName) return success(argv)
  const program = isAbsolute(name) ? success(name) : resolveProgram(name, cwd, env.PATH ?? path)
  if (!program.ok) return program
  return checkProgram(program.value) ?? success([program.value, ...rest])
}

function envOf(settings: EtcSettings, present: RealValues): Read<Readonly<Record<string, string>>> {
  if (settings.env === undefined) return { ok: true, value: present.env }
  const problem = checkEnvironment(settings.env)
  return problem ? refuse('env', problem.message) : { ok: true, value: revealEnv(settings.env, present.env) }
}
