const operators = 'CEL writes && for and, || for or, ! for not'
const comprehension = "for lists: fp.listen.exists(x, x.endsWith(':80')), or all(x, ...)"
const textSearch = 'use contains, startsWith or endsWith'

/** What people write who know Python, JavaScript or SQL, and what CEL has for it. */
const wordHints: ReadonlyMap<string, string> = new Map([
  ['and', operators],
  ['AND', operators],
  ['or', operators],
  ['OR', operators],
  ['not', operators],
  ['NOT', operators],
  ['True', 'CEL writes true'],
  ['False', 'CEL writes false'],
  ['None', 'nothing is null in a condition: a list is empty, a text is empty, pid is 0'],
  ['null', 'nothing is null in a condition: a list is empty, a text is empty, pid is 0'],
  ['is', 'compare with =='],
  ['if', 'CEL writes A ? B : C'],
  ['else', 'CEL writes A ? B : C'],
  ['for', comprehension],
  ['any', comprehension],
  ['all', comprehension],
  ['exists', comprehension],
  ['lambda', comprehension],
  ['str', 'use string(...)'],
  ['float', 'use double(...)'],
  ['length', 'use size or len'],
  ['endswith', 'the W is a capital: endsWith'],
  ['startswith', 'the W is a capital: startsWith'],
  ['lower', 'use lowerAscii()'],
  ['upper', 'use upperAscii()'],
  ['strip', 'use trim()'],
  ['find', 'use contains or indexOf'],
  ['includes', 'use contains, or x in list'],
  ['matches', `a regular expression may take for ever: ${textSearch}`],
  ['has', 'every key of fp is always there; fp.partial tells whether some lists cannot be read'],
  ['status', 'the states of a process are life and state'],
  ['tag', 'the label of a saved state is state'],
])

/** Characters that begin what is no operator of CEL. */
const characterHints: ReadonlyMap<string, string> = new Map([
  ['=', 'compare with =='],
  ['&', 'CEL writes && for and'],
  ['|', 'CEL writes || for or'],
  ['~', operators],
  ['^', operators],
])

/** The word that begins at `position` (an offset in UTF-16 units), or the one character there; empty at the end. */
export const wordAt = (text: string, position: number): string => /^(?:\w+|.?)/su.exec(text.slice(position))?.[0] ?? ''

const wordBefore = (text: string, position: number): string => /(\w+)\s*$/.exec(text.slice(0, position))?.[1] ?? ''

/** Advice about a word that conditions do not know, or the empty text. */
export const hintForWord = (word: string): string => wordHints.get(word) ?? ''

/** Advice about a syntax error that was found at `position`, or the empty text. */
export function hintAt(text: string, position: number): string {
  const word = wordAt(text, position)
  return wordHints.get(word) ?? characterHints.get(word) ?? wordHints.get(wordBefore(text, position)) ?? ''
}
