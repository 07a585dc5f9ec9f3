import { createHash } from 'node:crypto'
import codenamize from '@codenamize/codenamize'
import { failure, type Result, success } from '../../../shared/domain/result.ts'

/** adjective-noun from the MD5 of the URI, the same word for the same URI everywhere (gutools Session). */
export const nameOfUri = (uri: string): string => codenamize(uri)

/** The name of a URI, with `-2`, `-3` ... appended while `taken` says that another URI has it. */
export function freeNameOfUri(uri: string, taken: (name: string) => boolean): string {
  const base = nameOfUri(uri)
  let name = base
  for (let suffix = 2; taken(name); suffix++) name = `${base}-${suffix}`
  return name
}

/** Tells equal URIs from different ones without holding their secrets. */
export const hashOfUri = (uri: string): string => createHash('sha256').update(uri).digest('hex')

const aliasPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** No `:` because that separates a state from its process. */
export function checkAlias(alias: string): Result<string> {
  return aliasPattern.test(alias)
    ? success(alias)
    : failure(
        'bad_input',
        `"${alias}" cannot be a name.`,
        'Use 1 to 64 letters, digits, dots, underscores and dashes, beginning with a letter or digit',
      )
}

/** The files of the session itself are called so: the database of a process of this name would be that of the session. */
const ownName = 'session'

/** A fixed name, which names files; an alias names links alone. */
export function checkName(name: string): Result<string> {
  if (name !== ownName) return checkAlias(name)
  return failure(
    'bad_input',
    `"${name}" cannot be the name of a process: the files of the session are called so.`,
    'Choose another name, or use it as an alias',
  )
}

type Named = { readonly name: string; readonly alias: string | null }

/** Shorter prefixes would match by accident. */
const shortestPrefix = 3

/** Exact alias, else exact name, else a prefix of at least three letters that only one has. */
export function resolveReference<T extends Named>(rows: readonly T[], reference: string): Result<T> {
  const exact = rows.find((row) => row.alias === reference) ?? rows.find((row) => row.name === reference)
  if (exact) return success(exact)
  const matches =
    reference.length < shortestPrefix
      ? []
      : rows.filter((row) => row.alias?.startsWith(reference) || row.name.startsWith(reference))
  const [only, ...others] = matches
  if (only === undefined) {
    return failure(
      'not_found',
      `No process is named "${reference}" here.`,
      'List the names with: procession session show',
    )
  }
  if (others.length === 0) return success(only)
  const candidates = matches.map((row) => row.alias ?? row.name).sort()
  return failure(
    'ambiguous',
    `"${reference}" fits several processes: ${candidates.join(', ')}.`,
    'Write one of them whole',
  )
}
