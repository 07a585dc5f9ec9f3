import { localHostName } from '../../../shared/domain/host.ts'
import type { EngineParts } from './engine.ts'
import { programEnvironment, whoItIs } from './environment.ts'
import type { Supervised } from './model.ts'

/** The whole environment that the next run of this process gets, secret values included. */
export function environmentOf(parts: EngineParts, { session, name, definition }: Supervised): Record<string, string> {
  const secret = definition.secretRef === null ? null : parts.secrets.process(definition.secretRef)
  // Another machine has its own user settings and its own folders.
  if (definition.host !== localHostName) {
    return { ...definition.env, ...secret?.env, ...whoItIs({ session: session.name, alias: definition.alias }) }
  }
  return programEnvironment(
    parts.environment,
    { ...definition.env, ...secret?.env },
    {
      session: session.name,
      alias: definition.alias,
      workspace: session.path,
      database: session.paths.processDatabase(name),
    },
  )
}
