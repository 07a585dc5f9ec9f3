import type { Target } from '../../shared/contract/contract.ts'
import { failure, type Result, success } from '../../shared/domain/result.ts'
import type { Cli } from './cli.ts'

/** The process that a person calls `name` in the session of the workspace. */
export const targetOf = (name: string, cli: Cli): Target => ({ workspace: cli.workspace, ref: name })

/** The one text of several places where it may stand; `what` names it for the person. Failures are `bad_input`. */
export function onlyOne(given: readonly (string | undefined)[], what: string, hint: string): Result<string> {
  const [first, second] = given.filter((text) => text !== undefined)
  if (first === undefined) return failure('bad_input', `${what} is missing`, hint)
  return second === undefined ? success(first) : failure('bad_input', `${what} is given twice`, hint)
}
