import { failure, type Result, success } from '../../shared/domain/result.ts'
import type { Cli } from './cli.ts'
import type { OptionValues } from './verb.ts'

const hint = 'Give --parent PARENT or PARENT:STATE, and --child CHILD; several with commas.'

/** The input that adding and removing share. Every parent is combined with every child. Failures are `bad_input`. */
export function readDependenceNames(options: OptionValues, cli: Cli): Result<DependenceNames> {
  const parents = splitNames(options.list('parent'))
  const children = splitNames(options.list('child'))
  if (parents.length === 0) return failure('bad_input', 'The parent is missing', hint)
  if (children.length === 0) return failure('bad_input', 'The child is missing', hint)
  return success({ workspace: cli.workspace, parents, children })
}

type DependenceNames = { readonly workspace: string; readonly parents: string[]; readonly children: string[] }

/** Comma lists, which may also be given one by one. */
const splitNames = (lists: readonly string[]): string[] =>
  lists
    .flatMap((list) => list.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '')
