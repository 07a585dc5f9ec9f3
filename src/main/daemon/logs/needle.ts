import { type Result, success } from '../../../shared/domain/result.ts'
import { readLinePattern } from '../../../shared/text/line-pattern.ts'
import type { Needle } from './line-search.ts'

/** What a person looks for. */
export type Pattern = { readonly query: string; readonly regex: boolean; readonly caseSensitive: boolean }

/** What a worker looks for; bad_input where the expression is none. */
export function needleOf({ query, regex, caseSensitive }: Pattern): Result<Needle> {
  if (!regex && caseSensitive) return success({ kind: 'text', text: query })
  const source = regex ? query : query.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const pattern = readLinePattern(source, caseSensitive)
  return pattern.ok ? success({ kind: 'pattern', ...pattern.value }) : pattern
}
