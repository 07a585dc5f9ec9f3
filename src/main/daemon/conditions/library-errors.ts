import { EvaluationError, ParseError, TypeError as TypeFault } from '@marcbachmann/cel-js'
import { assertNever } from '../../../shared/domain/result.ts'
import { type Fault, placeOf } from './fault.ts'
import { hintAt, wordAt } from './hints.ts'

/** The library's names of tokens as they are written. */
const writtenTokens: ReadonlyMap<string, string> = new Map([
  ['RPAREN', ')'],
  ['RBRACKET', ']'],
  ['RBRACE', '}'],
  ['COLON', ':'],
  ['IDENTIFIER', 'a name'],
])

/** What the library found wrong in the text of a condition, before any evaluation. */
export function faultOf(text: string, error: unknown): Fault {
  if (!(error instanceof ParseError || error instanceof TypeFault)) {
    return { position: 0, message: 'this cannot be read', hint: '' }
  }
  const position = Math.min(error.range?.start ?? 0, text.length)
  if (error instanceof TypeFault) return { position, message: typeText(error.summary), hint: typeHint(error.summary) }
  return { position, message: syntaxText(text, position, error), hint: hintAt(text, position) }
}

function syntaxText(text: string, position: number, error: ParseError): string {
  const found = wordAt(text, position)
  switch (error.code) {
    case 'limit_exceeded':
      return 'this is too long or too deep'
    case 'expected_token': {
      const token = /^Expected (\w+),/.exec(error.summary)?.[1] ?? ''
      return `${writtenTokens.get(token) ?? token} is missing`
    }
    case 'unexpected_token':
    case 'unexpected_character':
      return found === '' ? 'something is missing' : `${found} is not expected here`
    default:
      return lowerFirst(error.summary)
  }
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

const comparedTypes = /^no such overload: (\S+) (\S+) (\S+)$/

function typeText(summary: string): string {
  const compared = comparedTypes.exec(summary)
  if (compared) return `${compared[2]} does not go with ${compared[1]} and ${compared[3]}`
  return lowerFirst(
    summary.replace(/^found no matching overload for /, 'nothing takes ').replace('no such overload: ', 'no operator '),
  )
}

function typeHint(summary: string): string {
  const types = comparedTypes.exec(summary)?.slice(1) ?? []
  if (types.includes('double') && types.includes('int')) return 'write 10.0 for 10, or int(uptime) for uptime'
  if (types.includes('null')) return 'nothing is null in a condition: a list is empty, a text is empty, pid is 0'
  return ''
}

/** Codes of the library for what goes wrong with the values of one sample. */
type RuntimeCode = 'division_by_zero' | 'modulo_by_zero' | 'index_out_of_bounds' | 'numeric_overflow'

const runtimeCodes: readonly RuntimeCode[] = [
  'division_by_zero',
  'modulo_by_zero',
  'index_out_of_bounds',
  'numeric_overflow',
]

function runtimeText(code: RuntimeCode): string {
  switch (code) {
    case 'division_by_zero':
    case 'modulo_by_zero':
      return 'division by zero'
    case 'index_out_of_bounds':
      return 'the list has no such element'
    case 'numeric_overflow':
      return 'the number is too large'
    default:
      return assertNever(code)
  }
}

/** What went wrong with the values of one sample, in words. */
export function runtimeErrorText(text: string, error: unknown): string {
  if (!(error instanceof EvaluationError)) return 'the condition cannot be evaluated'
  const known = runtimeCodes.find((code) => code === error.code)
  const words = known ? runtimeText(known) : lowerFirst(error.summary)
  return error.range ? `${placeOf(text, error.range.start)}: ${words}` : words
}
