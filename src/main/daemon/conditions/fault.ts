import { type Failure, failure } from '../../../shared/domain/result.ts'

/** Something wrong in the text of a condition; `position` is an offset in UTF-16 units. */
export type Fault = { readonly position: number; readonly message: string; readonly hint: string }

/** As much of the condition as an error repeats, characters: enough to find the place. */
const quotedCharacters = 24

/** `column 5`, or `line 2, column 5` where the condition has several lines; both count from 1, columns in characters. */
export function placeOf(text: string, position: number): string {
  const before = text.slice(0, position).split('\n')
  const column = `column ${[...(before.at(-1) ?? '')].length + 1}`
  return text.includes('\n') ? `line ${before.length}, ${column}` : column
}

function quote(text: string, position: number): string {
  const rest = [...text.slice(position).replace(/\p{Cc}/gu, ' ')]
  if (rest.length === 0) return 'at the end'
  return `near "${rest.slice(0, quotedCharacters).join('')}${rest.length > quotedCharacters ? '…' : ''}"`
}

/** The failure that a fault in the condition `text` is reported as: with its column and what stands there. */
export const faultFailure = (text: string, fault: Fault): Failure =>
  failure(
    'bad_input',
    `condition, ${placeOf(text, fault.position)}: ${fault.message} (${quote(text, fault.position)})`,
    fault.hint,
  )
