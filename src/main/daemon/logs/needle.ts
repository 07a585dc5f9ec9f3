import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { Needle } from './line-search.ts'

/** What a person looks for. A regular expression is one of JavaScript, with the flag `u` where it is valid with it. */
export type Pattern = { readonly query: string; readonly regex: boolean; readonly caseSensitive: boolean }

/** What a worker looks for; bad_input where the expression is none. */
export function needleOf({ query, regex, caseSensitive }: Pattern): Result<Needle> {
  if (!regex && caseSensitive) return success({ kind: 'text', text: query })
  const source = regex ? query : query.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const caseFlag = caseSensitive ? '' : 'i'
  let reason = ''
  for (const flags of [`u${caseFlag}`, caseFlag]) {
    try {
      new RegExp(source, flags)
      return success({ kind: 'pattern', source, flags })
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error)
    }
  }
  return failure('bad_input', reason, 'Correct the regular expression, or search for it as plain text.')
}
