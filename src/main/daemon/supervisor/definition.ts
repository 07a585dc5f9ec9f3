import { hostname } from 'node:os'
import { resolve } from 'node:path'
import type { StartInput } from '../../../shared/contract/contract.ts'
import { argvOfUri, parseProcessUri, uriOfArgv } from '../../../shared/domain/process-uri.ts'
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
  const cwd = input.cwd === undefined ? (known?.cwd ?? root) : resolve(root, input.cwd)
  const alias = input.alias ?? known?.alias ?? null
  const line = input.uri === undefined ? typedCommandLine(input, cwd) : commandLineOfUri(input, alias, handlers)
  if (!line.ok) return line
  const { uri, argv, host } = line.value
  const problem =
    checkFolder(cwd) ?? checkProgram(argv[0] ?? '') ?? checkEnvironment({ ...input.env, ...input.secretEnv })
  if (problem) return problem
  const ready = input.ready ? readReadiness(input.ready, { cwd, path: pathOf(input) }) : success(input.ready)
  if (!ready.ok) return ready
  const signal = stopSignalOf(input.stopSignal ?? known?.stopSignal ?? 'SIGTERM')
  if (!signal.ok) return signal

  const shownArgv = redactArgv(argv)
  const plainEnv = Object.entries({ ...callerPart(input.callerEnv), ...input.env })
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

type CommandLine = { readonly uri: string; readonly argv: readonly string[]; readonly host: string }

const pathOf = (input: StartInput): string => input.callerEnv.PATH ?? process.env.PATH ?? ''

/** What was typed after `--`. */
function typedCommandLine(input: StartInput, cwd: string): Result<CommandLine> {
  if (input.argv === undefined) return eitherUriOrCommand
  const program = resolveProgram(input.argv[0] ?? '', cwd, pathOf(input))
  if (!program.ok) return program
  const argv = [program.value, ...input.argv.slice(1), ...input.args]
  if (argv.some((element) => element.includes('\0')))
    return failure('bad_input', 'The command line contains a NUL character.')
  // The alias tells two processes with the same command line apart.
  const uri = `${uriOfArgv(argv)}${input.alias === undefined ? '' : `#${input.alias}`}`
  return success({ uri, argv, host: 'local' })
}

function commandLineOfUri(input: StartInput, alias: string | null, handlers: SchemeHandlers): Result<CommandLine> {
  if (input.argv !== undefined) return eitherUriOrCommand
  const text = input.uri ?? ''
  const uri = parseProcessUri(text)
  if (!uri.ok) return uri
  const argv = argvOfUri(uri.value, handlers, { text, alias })
  if (!argv.ok) return argv
  const { scheme, host } = uri.value
  // To a handler the host is one more word, of which it alone knows the meaning.
  if (scheme === 'exec' && !['', 'localhost', '127.0.0.1', '[::1]', hostname()].includes(host)) {
    return failure(
      'bad_input',
      `The host "${host}" is not this machine.`,
      'Write localhost; processes on other machines are not supported by this version',
    )
  }
  return success({ uri: text, argv: [...argv.value, ...input.args], host: 'local' })
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
