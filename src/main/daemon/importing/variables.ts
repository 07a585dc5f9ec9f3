import type { Note } from './notes.ts'

export type Variables = Readonly<Record<string, string>>

/** Puts a variable into `variables`, unless no program could get it under that name, which is noted. */
export function takeVariable(
  variables: Record<string, string>,
  name: string,
  value: string,
  line: number | null,
  note: Note,
): void {
  const problem = nameProblem(name)
  if (problem !== null) note(line, `environment variable ${name.slice(0, 64)}`, problem)
  else variables[name] = value
}

function nameProblem(name: string): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name === '__proto__') {
    return 'not a name for a variable: letters, digits and _, no digit first'
  }
  return name.startsWith('PROCESSION_') ? 'set by Procession itself' : null
}
