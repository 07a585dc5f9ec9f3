/** Words of a command line, or why it has none. */
export type Words =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly message: string }

const plain = /[^\s'"\\]+/y
const single = /'([^']*)'/y
const double = /"((?:[^"\\]|\\[\s\S])*)"/y

/**
 * Splits a command line into words as a POSIX shell quotes them (XCU 2.2): blanks separate, `'...'` is literal, `"..."`
 * keeps blanks and lets a backslash escape `$`, a backtick, `"`, `\` and a newline, a backslash outside quotes makes
 * the next character literal. Nothing is expanded: no variables, no wildcards, no operators.
 */
export function splitWords(text: string): Words {
  const words: string[] = []
  let word: string | null = null
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found) at = pattern.lastIndex
    return found
  }
  while (at < text.length) {
    const character = text.charAt(at)
    if (/\s/.test(character)) {
      if (word !== null) words.push(word)
      word = null
      at += 1
    } else if (character === "'") {
      const found = take(single)
      if (!found) return { ok: false, message: "A single quote (') is not closed." }
      word = (word ?? '') + (found[1] ?? '')
    } else if (character === '"') {
      const found = take(double)
      if (!found) return { ok: false, message: 'A double quote (") is not closed.' }
      word = (word ?? '') + (found[1] ?? '').replace(/\\([$`"\\\n])/g, (_, kept: string) => (kept === '\n' ? '' : kept))
    } else if (character === '\\') {
      if (at + 1 >= text.length) return { ok: false, message: 'The backslash at the end escapes nothing.' }
      word = (word ?? '') + text.charAt(at + 1)
      at += 2
    } else {
      word = (word ?? '') + (take(plain)?.[0] ?? '')
    }
  }
  if (word !== null) words.push(word)
  return { ok: true, words }
}
