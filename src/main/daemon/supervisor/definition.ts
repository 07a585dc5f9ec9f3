import { hostname } from 'node:os'
import { resolve } from 'node:path'
import type { StartInput } from '../../../shared/contract/contract.ts'
import { hostNamePattern, localHostName } from '../../../shared/domain/host.ts'
import { argvOfUri, type ProcessUri, parseProcessUri, uriOfArgv } from '../../../shared/domain/process-uri.ts'
import { defaultRestartLimit } from '../../../shared/domain/restart.ts'
import { type Failure, failure, type Result, success } from '../../../shared/domain/result.ts'
import { noHandlers, type SchemeHandlers } from '../../../shared/domain/scheme-handlers.ts'
import { isSecretVariable, redactArgv, redacted, redactUri } from '../../../shared/text/redact.ts'
import type { Definition } from '../store/process-record.ts'
import type { ProcessSecret } from '../store/secrets-file.ts'
import { hashOfUri } from '../workspace/names.ts'
import { readReadiness } from './check-readiness.ts'
import { callerPart } from './environment.ts'
import { checkFolder, checkProgram, resolveProgram } from './program-path.ts'

/** What a start asks for, checked: the definition to store, and the real values that only the secrets file may hold. */
export type Requested = {
  /** The real URI, which names the process. */
  readonly uri: string
  readonly definition: Omit<Definition, 'secretRef'>
  readonly secret: ProcessSecret | null
  readonly warnings: readonly string[]
}

/** What is stored of the process that a request means. */
export type Stored = { readonly definition: Definition; readonly secret: ProcessSecret | null }

export const defaultGraceMs = 10_000
const stopSignals = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGKILL']

/**
 * Reads a start request against what is stored of the same process (null for a new one): what the request does not
 * say stays as it was. `handlers` are those of config.yaml. Failures name the wrong part: URI, host, program, folder, stop
 * signal.
 */
export function readRequest(
  input: StartInput,
  root: string,
  stored: Stored | null,
  handlers: SchemeHandlers = noHandlers,
): Result<Requested> {
  const known = stored?.definition ?? null
  const named = hostOf(input)
  if (!named.ok) return named
  const cwd = named.value === localHostName ? localFolder(input, known, root) : (input.cwd ?? known?.cwd ?? remoteHome)
  const alias = input.alias ?? known?.alias ?? null
  const line =
    input.uri === undefined ? typedCommandLine(input, cwd, named.value) : commandLineOfUri(input, alias, handlers)
  if (!line.ok) return line
  const { uri, argv } = line.value
  const host = named.value
  const isHere = host === localHostName
  // What is there on another machine is found out by the start.
  const problem =
    (isHere ? (checkFolder(cwd) ?? checkProgram(argv[0] ?? '')) : checkRemoteFolder(cwd)) ??
    checkEnvironment({ ...input.env, ...input.secretEnv })
  if (problem) return problem
  const ready = input.ready ? readReadiness(input.ready, { cwd, path: pathOf(input), host }) : success(input.ready)
  if (!ready.ok) return ready
  const pty = input.pty ?? known?.pty ?? false
  if (pty && !isHere) return noRemoteTerminals
  const signal = stopSignalOf(input.stopSignal ?? known?.stopSignal ?? (pty ? 'SIGHUP' : 'SIGTERM'))
  if (!signal.ok) return signal

  const shownArgv = redactArgv(argv)
  // Where tools lie on this machine says nothing about another.
  const plainEnv = Object.entries({ ...(isHere ? callerPart(input.callerEnv) : {}), ...input.env })
  const openEnv = Object.fromEntries(plainEnv.filter(([key, value]) => !isSecretVariable(key, value)))
  const keptSecrets = Object.entries(stored?.secret?.env ?? {}).filter(([key]) => !(key in openEnv))
  const secretEnv = {
    ...Object.fromEntries(keptSecrets),
    ...Object.fromEntries(plainEnv.filter(([key, value]) => isSecretVariable(key, value))),
    ...input.secretEnv,
  }
  const env = {
    ...known?.env,
    ...openEnv,
    ...Object.fromEntries(Object.keys(secretEnv).map((key) => [key, redacted])),
  }
  const shownUri = redactUri(uri)
  const hasSecretArgv = shownArgv.some((element, index) => element !== argv[index])
  const hasSecret = hasSecretArgv || shownUri !== uri || Object.keys(secretEnv).length > 0
  return success({
    uri,
    definition: {
      alias,
      uri: shownUri,
      uriHash: hashOfUri(uri),
      host,
      argv: shownArgv,
      exe: null,
      cwd,
      env,
      restart: input.restart ?? known?.restart ?? 'always',
      restartLimit:
        input.restartLimit === undefined ? (known?.restartLimit ?? defaultRestartLimit) : input.restartLimit,
      ready: ready.value === undefined ? (known?.ready ?? null) : ready.value,
      match: known?.match ?? null,
      shutdown: input.shutdown ?? known?.shutdown ?? false,
      pty,
      stopSignal: signal.value,
      graceMs: input.graceMs ?? known?.graceMs ?? defaultGraceMs,
    },
    secret: hasSecret ? { uri, argv: [...argv], env: secretEnv } : null,
    warnings: hasSecretArgv
      ? [
          'The command line carries a secret, and every user of this machine can read command lines. ' +
            'Hand it over in the environment instead: --secret-env KEY',
        ]
      : [],
  })
}

const noRemoteTerminals = failure(
  'unsupported',
  'A process on another machine cannot have a terminal.',
  'Leave out --pty, or start it on this machine',
)

type CommandLine = { readonly uri: string; readonly argv: readonly string[] }

/** Where programs on another machine run when nothing is said: as after a login. */
const remoteHome = '~'

const localFolder = (input: StartInput, known: Definition | null, root: string): string =>
  input.cwd === undefined ? (known?.cwd ?? root) : resolve(root, input.cwd)

function checkRemoteFolder(cwd: string): Failure | null {
  if (/^(\/|~$|~\/)/.test(cwd) && !cwd.includes('\0')) return null
  return failure('bad_input', `"${cwd}" is not an absolute folder on the other machine.`, 'Write it whole, or as ~/...')
}

const ownNames = ['', localHostName, 'localhost', '127.0.0.1', '[::1]', hostname()]

/** The machine that a URI names; `ssh+exec` means ssh also where it leads back to this machine. */
export function hostOfUri({ scheme, user, host }: ProcessUri): string {
  const name = user === null ? host : `${user}@${host}`
  if (scheme === 'ssh+exec') return name
  // To a handler the host is one more word, of which it alone knows the meaning.
  return scheme !== 'exec' || ownNames.includes(host) ? localHostName : name
}

/** The machine that a start asks for. */
function hostOf(input: StartInput): Result<string> {
  if (input.uri === undefined) {
    const name = input.host ?? localHostName
    return ownNames.includes(name) ? success(localHostName) : checkHost(name, null)
  }
  const uri = parseProcessUri(input.uri)
  if (!uri.ok) return uri
  const name = hostOfUri(uri.value)
  return name === localHostName ? success(name) : checkHost(name, uri.value.port)
}

/** As ssh takes it: never an option. */
function checkHost(name: string, port: number | null): Result<string> {
  if (!hostNamePattern.test(name)) {
    return failure('bad_input', `"${name}" is not the name of a host.`, 'Write it as you would after ssh')
  }
  return port === null
    ? success(name)
    : failure('bad_input', `A port in the URI of ${name} is not used.`, 'Give the host its Port in ~/.ssh/config')
}

const pathOf = (input: StartInput): string => input.callerEnv.PATH ?? process.env.PATH ?? ''

/** What was typed after `--`. */
function typedCommandLine(input: StartInput, cwd: string, host: string): Result<CommandLine> {
  if (input.argv === undefined) return eitherUriOrCommand
  if (host !== localHostName) return remoteCommandLine(input.argv, input, host)
  const program = resolveProgram(input.argv[0] ?? '', cwd, pathOf(input))
  if (!program.ok) return program
  const argv = [program.value, ...input.argv.slice(1), ...input.args]
  if (argv.some((element) => element.includes('\0')))
    return failure('bad_input', 'The command line contains a NUL character.')
  // The alias tells two processes with the same command line apart.
  const uri = `${uriOfArgv(argv)}${input.alias === undefined ? '' : `#${input.alias}`}`
  return success({ uri, argv })
}

/** What PATH holds there is not known here, so env(1) looks a bare name up; it then is that program. */
function remoteCommandLine(typed: readonly string[], input: StartInput, host: string): Result<CommandLine> {
  const [program = ''] = typed
  if (program === '') return failure('bad_input', 'The command line names no program.', 'Write it after --')
  if (program.includes('/') && !program.startsWith('/')) {
    return failure('bad_input', `"${program}" has no absolute path.`, 'Write where it lies on the other machine')
  }
  const argv = [...(program.startsWith('/') ? [] : ['/usr/bin/env']), ...typed, ...input.args]
  if (argv.some((element) => element.includes('\0')))
    return failure('bad_input', 'The command line contains a NUL character.')
  const uri = `${uriOfArgv(argv, host)}${input.alias === undefined ? '' : `#${input.alias}`}`
  return success({ uri, argv })
}

function commandLineOfUri(input: StartInput, alias: string | null, handlers: SchemeHandlers): Result<CommandLine> {
  if (input.argv !== undefined) return eitherUriOrCommand
  const text = input.uri ?? ''
  const uri = parseProcessUri(text)
  if (!uri.ok) return uri
  const argv = argvOfUri(uri.value, handlers, { text, alias })
  if (!argv.ok) return argv
  return success({ uri: text, argv: [...argv.value, ...input.args] })
}

const eitherUriOrCommand = failure(
  'bad_input',
  'A start needs either a URI or a command line.',
  'Write --uri URI, or: start -- command arguments',
)

/** Some shells drop names that they could not use themselves, and a NUL ends any text in an environment. */
export function checkEnvironment(variables: Readonly<Record<string, string>>): Failure | null {
  for (const [name, value] of Object.entries(variables)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      return failure(
        'bad_input',
        `"${name}" cannot be the name of an environment variable.`,
        'Use letters, digits and _',
      )
    }
    if (value.includes('\0')) return failure('bad_input', `The value of ${name} contains a NUL character.`)
    if (name.startsWith('PROCESSION_')) {
      return failure('bad_input', `${name} is set by Procession itself.`, 'Choose another name')
    }
  }
  return null
}

function stopSignalOf(text: string): Result<string> {
  const upper = text.toUpperCase()
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`
  return stopSignals.includes(name)
    ? success(name)
    : failure('bad_input', `"${text}" is not a stop signal.`, `Use one of ${stopSignals.join(', ')}`)
}
