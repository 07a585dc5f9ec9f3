import type { OutputOf, ParsedInputOf } from '../../../shared/contract/contract.ts'
import { failure, type Result } from '../../../shared/domain/result.ts'
import type { OpenSession } from './model.ts'
import type { Supervision } from './supervision.ts'

/** Adds what a file or folder of another tool describes to a session; nothing is started. */
export async function importInto(
  _supervision: Supervision,
  _session: OpenSession,
  _input: ParsedInputOf<'sessions.import'>,
): Promise<Result<OutputOf<'sessions.import'>>> {
  return failure('unsupported', 'Importing is not supported by this version.')
}
