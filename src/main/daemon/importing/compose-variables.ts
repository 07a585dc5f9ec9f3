import type { Note } from './notes.ts'
import type { Variables } from './variables.ts'
import type { Expand } from './yaml-fields.ts'

const reference = /\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)(?::?-([^}]{0,1000}))?\}|([A-Za-z_][A-Za-z0-9_]*))/g

/**
 * Fills in variables as process-compose does: `$NAME`, `${NAME}`, `${NAME:-else}`, and `$$` for a dollar. An unknown one
 * is empty, and noted.
 */
export const expanderOf =
  (variables: Variables, note: Note): Expand =>
  (text, line, what) =>
    text.replace(reference, (_, braced?: string, otherwise?: string, bare?: string) => {
      const name = braced ?? bare
      if (name === undefined) return '$'
      const value = variables[name]
      if (value !== undefined && (value !== '' || otherwise === undefined)) return value
      if (value === undefined && otherwise === undefined) note(line, what, `${name} is not set, so it is empty`)
      return otherwise ?? ''
    })

/** Known to every process without being said anywhere: what a process gets from the user and from PATH. */
const always = new Set(['HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'PATH', 'PWD', 'TMPDIR', 'TZ'])

/**
 * A command for a shell. process-compose fills in variables itself; here that is left to the shell, which finds the same
 * values in the environment, so that no secret comes to lie in a command line. Noted is where that makes a difference.
 */
export function shellCommand(command: string, known: Variables, line: number, what: string, note: Note): string {
  const names = new Set<string>()
  for (const [, braced, , bare] of command.matchAll(reference)) {
    const name = braced ?? bare
    if (name !== undefined && !(name in known) && !always.has(name)) names.add(name)
  }
  for (const name of names)
    note(line, what, `${name} is set neither here nor in .env: give it with start --env ${name}=VALUE`)
  const inSingleQuotes = /'[^']*'/g
  const hidden = (command.match(inSingleQuotes) ?? []).some((quoted) => quoted.replaceAll('$$', '').match(reference))
  if (hidden) note(line, what, 'variables in single quotes are not filled in: a shell fills in those outside of them')
  return command.replaceAll('$$', '$')
}
