import type { Failure } from '../../../shared/domain/result.ts'
import { commandLine } from '../../../shared/text/command-line.ts'
import { consentNeeded } from '../../../shared/text/refusals.ts'
import { nameOf, type OpenSession } from './model.ts'

/** A workspace is executable input: a person sees what it would run before anything of it runs here. */
export function askConsent(session: OpenSession): Failure {
  const lines = [...session.processes.values()].map(
    (supervised) => `  ${nameOf(supervised)}: ${commandLine(supervised.definition.argv)}`,
  )
  return consentNeeded(`${session.path} has not been run on this machine before. It would run:\n${lines.join('\n')}`)
}
