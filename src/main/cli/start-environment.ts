import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseEnv } from 'node:util'
import { failure, type Result, success } from '../../shared/domain/result.ts'
import { parsePair } from './parse.ts'

type Variables = Readonly<Record<string, string>>

const passedOn = ['PATH', 'VIRTUAL_ENV', 'LD_LIBRARY_PATH']
const passedOnPrefixes = ['CONDA_', 'CUDA_']

/** The variables of the caller that decide which programs and libraries a command finds. */
export function callerEnvironment(environment: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  const picked: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) continue
    if (passedOn.includes(name) || passedOnPrefixes.some((prefix) => name.startsWith(prefix))) picked[name] = value
  }
  return picked
}

/** Variables of `--env-file` (`NAME=value` lines, as dotenv writes them), then those of `--env`, which win. */
export function readVariables(
  envFile: string | undefined,
  pairs: readonly string[],
  currentFolder: string,
): Result<Record<string, string>> {
  const fromFile = envFile === undefined ? success({}) : readEnvFile(path.resolve(currentFolder, envFile))
  if (!fromFile.ok) return fromFile
  const variables: Record<string, string> = { ...fromFile.value }
  for (const pair of pairs) {
    const parsed = parsePair(pair)
    if (!parsed.ok) return parsed
    const [name, value] = parsed.value
    variables[name] = value
  }
  return success(variables)
}

function readEnvFile(file: string): Result<Variables> {
  try {
    const variables: Record<string, string> = {}
    for (const [name, value] of Object.entries(parseEnv(readFileSync(file, 'utf8')))) {
      if (value !== undefined) variables[name] = value
    }
    return success(variables)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return failure(
      'bad_input',
      `The environment file cannot be read: ${file}: ${why}`,
      'Check the path after --env-file.',
    )
  }
}

/**
 * Values of secret variables: from the caller's own environment, else `ask`ed for. They never stand on a command line.
 *
 * @param ask null where there is no terminal to ask on; its answer is null when the user gave up
 */
export async function readSecrets(
  names: readonly string[],
  environment: Readonly<NodeJS.ProcessEnv>,
  ask: ((name: string) => Promise<string | null>) | null,
): Promise<Result<Record<string, string>>> {
  const secrets: Record<string, string> = {}
  for (const name of names) {
    if (name === '' || name.includes('=')) {
      return failure(
        'bad_input',
        'A secret is given by the name of a variable, without its value',
        'Set the variable in your environment, then give its name, such as API_KEY.',
      )
    }
    const value = environment[name] ?? (await ask?.(name)) ?? null
    if (value === null) {
      return failure('bad_input', `No value for the secret ${name}`, `Set ${name} in the environment of this command.`)
    }
    secrets[name] = value
  }
  return success(secrets)
}
