import type { Note } from './notes.ts'
import { takeVariable, type Variables } from './variables.ts'

/**
 * Reads a `.env` file: `NAME=value` lines, `export` before them allowed. In single quotes a value is literal, in double
 * quotes `\n` is a new line and a backslash keeps the next character; both may go over several lines. Without quotes it
 * ends before ` #`. Blank lines and comments are skipped, other lines noted. Nothing is filled in.
 */
export function parseEnvFile(text: string, note: Note): Variables {
  const variables: Record<string, string> = {}
  const lines = text.split('\n')
  for (let index = 0; index < lines.length; index++) {
    const start = index
    let line = (lines[index] ?? '').trim()
    if (line === '' || line.startsWith('#')) continue
    const quote = openQuote(line)
    if (quote) {
      const end = closingLine(lines, index, quote)
      if (end !== null) {
        line = lines
          .slice(index, end + 1)
          .join('\n')
          .trim()
        index = end
      }
    }
    const [, name, raw] = /^(?:export\s+)?([^\s=]+)\s*=\s*(.*)$/s.exec(line) ?? []
    if (name === undefined || raw === undefined) note(start + 1, 'line', 'not NAME=value')
    else takeVariable(variables, name, unquoted(raw), start + 1, note)
  }
  return variables
}

/** The quote that begins the value of this line and does not end on it. */
function openQuote(line: string): string | null {
  const [, quote, rest] = /^[^=]*=\s*(['"])(.*)$/s.exec(line) ?? []
  return quote !== undefined && !closes(rest ?? '', quote) ? quote : null
}

const closes = (text: string, quote: string): boolean =>
  quote === "'" ? text.includes("'") : /^(?:[^"\\]|\\.)*"/s.test(text)

/** Longer values in quotes are taken for a quote that was forgotten. */
const longestValueLines = 200

function closingLine(lines: readonly string[], start: number, quote: string): number | null {
  const last = Math.min(lines.length, start + longestValueLines)
  for (let index = start + 1; index < last; index++) if (closes(lines[index] ?? '', quote)) return index
  return null
}

function unquoted(raw: string): string {
  const single = /^'([^']*)'/.exec(raw)
  if (single) return single[1] ?? ''
  const double = /^"((?:[^"\\]|\\.)*)"/s.exec(raw)
  if (double)
    return (double[1] ?? '').replace(/\\(.)/gs, (_, character: string) => (character === 'n' ? '\n' : character))
  const comment = raw.search(/(?:^|\s)#/)
  return (comment < 0 ? raw : raw.slice(0, comment)).trimEnd()
}
