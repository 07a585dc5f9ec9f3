import type { ProcessRow, SessionRow } from '../../../shared/domain/rows.ts'
import { displayName } from '../../../shared/domain/rows.ts'
import { type Status, statuses } from '../../../shared/text/status.ts'

/** What one row offers to the filter. */
export type FilterSubject = {
  readonly row: Pick<ProcessRow, 'alias' | 'name' | 'host' | 'argv' | 'state'>
  readonly session: Pick<SessionRow, 'name'> | undefined
  readonly status: Status
}

const fields = ['status', 'host', 'session', 'label', 'name'] as const
type Field = (typeof fields)[number]

type Term = { readonly field: Field | 'any'; readonly text: string; readonly exclude: boolean }

/**
 * A parsed filter. `problem` is one line of help about a token that was left out; the other tokens still apply, so that
 * a slip never empties the grid without a reason.
 */
export type Filter = { readonly terms: readonly Term[]; readonly problem: string | null }

/**
 * Words match name, command, host and session; `status:failed`, `host:x`, `session:x`, `label:x` and `name:x` match one
 * of them; `!` before a token excludes; double quotes keep spaces. All tokens must hold.
 */
export function parseFilter(text: string): Filter {
  const terms: Term[] = []
  let problem: string | null = null
  for (const token of text.match(/!?[a-z]*:?"[^"]*"?|\S+/gi) ?? []) {
    const parsed = parseToken(token)
    if (typeof parsed === 'string') problem ??= parsed
    else if (parsed.text !== '') terms.push(parsed)
  }
  return { terms, problem }
}

/** A term, or the sentence that says what is wrong with the token. */
function parseToken(token: string): Term | string {
  const exclude = token.startsWith('!')
  const body = exclude ? token.slice(1) : token
  const match = /^([a-z]+):(?!\/\/)(.*)$/i.exec(body)
  const key = match?.[1]?.toLowerCase()
  const value = unquote(match?.[2] ?? '').toLowerCase()
  if (body === '') return 'Type a word after ! to leave out the rows that match it.'
  if (key === undefined) return { field: 'any', text: unquote(body).toLowerCase(), exclude }
  const field = fields.find((candidate) => candidate === key)
  if (field === undefined) {
    return `${key}: is no field. Use status:, host:, session:, label: or name:, or put the text in quotes.`
  }
  if (value === '') return `Type what to look for after ${field}:`
  if (field === 'status' && !statuses.some((status) => status.startsWith(value))) {
    return `No status is called ${value}. Use ${statuses.join(', ')}.`
  }
  return { field, text: value, exclude }
}

const unquote = (text: string): string => text.replaceAll('"', '')

export function matchesFilter(filter: Filter, subject: FilterSubject): boolean {
  return filter.terms.every((term) => holds(term, subject) !== term.exclude)
}

function holds(term: Term, { row, session, status }: FilterSubject): boolean {
  switch (term.field) {
    case 'status':
      return status.startsWith(term.text)
    case 'host':
      return row.host.toLowerCase().includes(term.text)
    case 'session':
      return (session?.name ?? '').toLowerCase().includes(term.text)
    case 'label':
      return (row.state ?? '').toLowerCase().includes(term.text)
    case 'name':
      return displayName(row).toLowerCase().includes(term.text)
    case 'any':
      return [row.alias ?? '', row.name, row.host, session?.name ?? '', row.argv.join(' ')].some((value) =>
        value.toLowerCase().includes(term.text),
      )
  }
}
