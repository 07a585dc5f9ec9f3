import { accessSync, constants, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import type { StartInput } from '../../../shared/contract/contract.ts'
import { argvOfUri, parseProcessUri, uriOfArgv } from '../../../shared/domain/process-uri.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { isSecretVariable, redactArgv, redacted, redactUri } from '../../../shared/text/redact.ts'
import type { Definition } from '../store/process-record.ts'
import type { ProcessSecret } from '../store/secrets-file.ts'
import { hashOfUri } from '../workspace/names.ts'
import { callerPart } from './environment.ts'

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

const defaultGraceMs = 10_000
const stopSignals = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGKILL']

/**
 * Reads a start request against what is stored of the same process (null for a new one): what the request does not
 * say stays as it was. Failures name the wrong part: URI, host, program, folder, stop signal.
 */
export function readRequest(input: StartInput, root: string, stored: Stored | null): Result<Requested> {
  const known = stored?.definition ?? null
  const cwd = input.cwd === undefined ? (known?.cwd ?? root) : resolve(root, input.cwd)
  const line = commandLine(input, cwd)
  if (!line.ok) return line
  const { uri, argv, host } = line.value
  const problem = checkFolder(cwd) ?? checkProgram(argv[0] ?? '') ?? checkEnvironment(input)
  if (problem) return problem
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
      alias: input.alias ?? known?.alias ?? null,
      uri: shownUri,
      uriHash: hashOfUri(uri),
      host,
      argv: shownArgv,
      cwd,
      env,
      restart: input.restart ?? known?.restart ?? 'always',
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

function commandLine(input: StartInput, cwd: string): Result<CommandLine> {
  if ((input.uri === undefined) === (input.argv === undefined)) {
    return failure(
      'bad_input',
      'A start needs either a URI or a command line.',
      'Write --uri URI, or: start -- command arguments',
    )
  }
  if (input.argv !== undefined) {
    const program = resolveProgram(input.argv[0] ?? '', cwd, input.callerEnv.PATH ?? process.env.PATH ?? '')
    if (!program.ok) return program
    const argv = [program.value, ...input.argv.slice(1), ...input.args]
    if (argv.some((element) => element.includes('\0')))
      return failure('bad_input', 'The command line contains a NUL character.')
    // The alias tells two processes with the same command line apart.
    const uri = `${uriOfArgv(argv)}${input.alias === undefined ? '' : `#${input.alias}`}`
    return success({ uri, argv, host: 'local' })
  }
  const uri = parseProcessUri(input.uri ?? '')
  if (!uri.ok) return uri
  const argv = argvOfUri(uri.value)
  if (!argv.ok) return argv
  if (!['', 'localhost', '127.0.0.1', '[::1]', hostname()].includes(uri.value.host)) {
    return failure(
      'bad_input',
      `The host "${uri.value.host}" is not this machine.`,
      'Write localhost; processes on other machines are not supported by this version',
    )
  }
  return success({ uri: input.uri ?? '', argv: [...argv.value, ...input.args], host: 'local' })
}

/** The absolute path of a program, searched like a shell does. */
function resolveProgram(name: string, cwd: string, path: string): Result<string> {
  if (name === '') return failure('bad_input', 'The command line names no program.', 'Write it after --')
  if (name.includes('/')) return success(resolve(cwd, name))
  for (const folder of path.split(':')) {
    const candidate = join(folder, name)
    if (isAbsolute(candidate) && checkProgram(candidate) === null) return success(candidate)
  }
  return failure(
    'not_found',
    `Could not start ${name}: it was not found in PATH.`,
    'Check the spelling, or write its whole path',
  )
}

function checkProgram(path: string) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return failure('not_found', `Could not start ${path}: it was not found.`, 'Check the path')
  if (!stat.isFile()) return failure('bad_input', `Could not start ${path}: it is not a program.`, 'Check the path')
  if (mayExecute(path, stat.mode)) return null
  return failure(
    'not_permitted',
    `Could not start ${path}: it may not be executed.`,
    `Make it executable with: chmod +x '${path}'`,
  )
}

function mayExecute(path: string, mode: number): boolean {
  // Some kernels let root pass access(2) for any file, but none executes one without a single x.
  if ((mode & 0o111) === 0) return false
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Some shells drop names that they could not use themselves, and a NUL ends any text in an environment. */
function checkEnvironment(input: StartInput) {
  for (const [name, value] of Object.entries({ ...input.env, ...input.secretEnv })) {
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

function checkFolder(cwd: string) {
  const stat = statSync(cwd, { throwIfNoEntry: false })
  if (stat?.isDirectory()) return null
  return failure('not_found', `The folder ${cwd} ${stat ? 'is not a folder' : 'does not exist'}.`, 'Check --cwd')
}

function stopSignalOf(text: string): Result<string> {
  const upper = text.toUpperCase()
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`
  return stopSignals.includes(name)
    ? success(name)
    : failure('bad_input', `"${text}" is not a stop signal.`, `Use one of ${stopSignals.join(', ')}`)
}
