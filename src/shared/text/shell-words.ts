/** Words of a command line, or why it has none. */
export type Words =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly message: string }

const plain = /[^\s'"\\]+/y
const single = /'([^']*)'/y
const double = /"((?:[^"\\]|\\[\s\S])*)"/y

/** What a backslash escapes inside double quotes: in a POSIX shell (XCU 2.2.3), and in Python's shlex. */
const escapable = { posix: /\\([$`"\\\n])/g, python: /\\(["\\])/g } as const

/**
 * Splits a command line into words as a POSIX shell quotes them (XCU 2.2): blanks separate, `'...'` is literal, `"..."`
 * keeps blanks and lets a backslash escape `$`, a backtick, `"`, `\` and a newline, a backslash outside quotes makes
 * the next character literal. Nothing is expanded: no variables, no wildcards, no operators. `python` splits as shlex of
 * Python does, where a backslash in double quotes escapes only `"` and `\`.
 */
export function splitWords(text: string, rules: keyof typeof escapable = 'posix'): Words {
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
      const unescaped = (_: string, kept: string) => (kept === '\n' ? '' : kept)
      word = (word ?? '') + (found[1] ?? '').replace(escapable[rules], unescaped)
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

/** Words that a shell takes for itself: reserved words, and built-in commands that are no programs or do more than one. */
const shellsOwn = new Set(
  (
    '. : [[ alias bg bind break builtin caller case cd command compgen complete compopt continue coproc declare dirs ' +
    'disown do done elif else enable esac eval exec exit export fc fg fi for function getopts hash help history if in ' +
    'jobs let local logout mapfile popd pushd read readarray readonly return select set shift shopt source suspend ' +
    'then time times trap type typeset ulimit umask unalias unset until wait while'
  ).split(' '),
)

/** Only blanks, characters without a meaning to a shell, and quotes in which nothing is expanded. */
const meaningless = /^(?:[\w@%+=:,./\t -]|'[^'\n]*'|"[^"$`\\\n]*")*$/

/**
 * The words of a command that a POSIX shell would run as a program with exactly these arguments, so that no shell is
 * needed; null for any other (variables, pipes, wildcards, assignments, built-in commands ...). A leading `exec` is
 * dropped: it asks for just that.
 */
export function plainWords(command: string): readonly string[] | null {
  if (!meaningless.test(command)) return null
  const split = splitWords(command)
  if (!split.ok) return null
  const words = split.words[0] === 'exec' ? split.words.slice(1) : split.words
  const [program = ''] = words
  const isProgram = program !== '' && !program.includes('=') && !program.startsWith('-') && !shellsOwn.has(program)
  return isProgram ? words : null
}
