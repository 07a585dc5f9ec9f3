import { failure, type Result, success } from '../domain/result.ts'

/** A regular expression of JavaScript that lines of a log are compared with. */
export type LinePattern = { readonly source: string; readonly flags: string }

/**
 * Reads what a person typed as a regular expression: with the flag `u` where it is valid with it, as in U+ escapes and
 * whole characters, else without. Failure `bad_input` with the reason of the engine.
 */
export function readLinePattern(source: string, caseSensitive: boolean): Result<LinePattern> {
  const caseFlag = caseSensitive ? '' : 'i'
  let reason = ''
  for (const flags of [`u${caseFlag}`, caseFlag]) {
    try {
      new RegExp(source, flags)
      return success({ source, flags })
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error)
    }
  }
  return failure('bad_input', reason, 'Correct the regular expression; a \\ before a sign makes it plain text.')
}

/**
 * Colours and cursor movements (ECMA-48 control sequences) and titles (OSC). Put together from text because they contain
 * control characters by nature.
 */
const escapeCharacter = '\u001b'
const escapeSequences = new RegExp(
  `${escapeCharacter}(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\x07${escapeCharacter}]*(?:\\x07|${escapeCharacter}\\\\))`,
  'g',
)

/** What of a line a pattern is compared with: what a person sees of it, without a carriage return at its end. */
export function searchedText(line: string): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line
  return text.includes(escapeCharacter) ? text.replace(escapeSequences, '') : text
}
