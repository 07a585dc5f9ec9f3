import { mayBeRunning } from '../../../shared/domain/life.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { redacted } from '../../../shared/text/redact.ts'
import { fileFailure } from '../workspace/file-failure.ts'
import { byUser } from './engine.ts'
import { nameOf, type Supervised } from './model.ts'
import { redefine } from './recording.ts'
import type { Supervision } from './supervision.ts'

/**
 * Stores values of secret environment variables of a known process. Names that its definition does not have are new
 * variables. A process that waited for its secrets goes on.
 */
export function setSecrets(
  supervision: Supervision,
  supervised: Supervised,
  env: Readonly<Record<string, string>>,
): Result<null> {
  const { parts, engine } = supervision
  const { definition, session, id } = supervised
  const wrong = Object.keys(env).find(
    (name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name.startsWith('PROCESSION_'),
  )
  if (wrong !== undefined) {
    return failure('bad_input', `"${wrong}" cannot be the name of a secret.`, 'Use letters, digits and _')
  }
  const secretRef = definition.secretRef ?? `process/${id}`
  const kept = parts.secrets.process(secretRef)
  const isLost = kept === null && definition.argv.some((element) => element.includes(redacted))
  if (isLost) {
    return failure(
      'conflict',
      `The command line of ${nameOf(supervised)} holds secrets that are not on this machine.`,
      'Start it again with its whole URI or command line',
    )
  }
  try {
    parts.secrets.setProcess(secretRef, {
      uri: kept?.uri ?? definition.uri,
      argv: kept?.argv ?? [...definition.argv],
      env: { ...kept?.env, ...env },
    })
    const names = Object.fromEntries(Object.keys(env).map((name) => [name, redacted]))
    const next = { ...definition, secretRef, env: { ...definition.env, ...names } }
    redefine(supervision, supervised, next, byUser)
    session.store?.addNote(id, parts.now(), 'user', `Secrets set: ${Object.keys(env).join(', ')}`)
    if (mayBeRunning(supervised.state.life)) supervised.definitionChanged = true
  } catch (error) {
    return fileFailure(error, 'Could not store the secrets')
  }
  engine.publish(supervised)
  return success(null)
}
