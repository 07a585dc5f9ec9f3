import { redacted } from './redact.ts'

/** One word as a POSIX shell reads it back unchanged. A word with a hidden secret stays as it is: it is only for reading. */
const quoteWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) || word.includes(redacted) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** A command line as a person would type it. */
export const commandLine = (argv: readonly string[]): string => argv.map(quoteWord).join(' ')
