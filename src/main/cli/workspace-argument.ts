import path from 'node:path'
import { failure, type Result, success } from '../../shared/domain/result.ts'
import type { Cli } from './cli.ts'
import type { Invocation } from './verb.ts'

/** The folder of a session may stand behind the verb, as in gutools, or after `-p`. */
export const pathOption = { flags: '-p, --path <dir>', description: 'folder of the session (else the current one)' }

/** Absolute; null where none is given. Failures are `bad_input`. */
export function givenFolder({ operands, options }: Invocation, cli: Cli): Result<string | null> {
  const [operand] = operands
  const option = options.text('path')
  if (operand !== undefined && option !== undefined) {
    return failure('bad_input', 'The folder is given twice', 'Give it behind the verb or after --path.')
  }
  const folder = operand ?? option
  return success(folder === undefined ? null : path.resolve(cli.workspace, folder))
}
