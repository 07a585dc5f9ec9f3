import type { Note } from './notes.ts'
import { takeVariable, type Variables } from './variables.ts'

const pair = /\s*([^\s=,"']+)\s*=\s*("[^"]*"|'[^']*'|[^\s,"']*)\s*(?:,|$)/y

/** `KEY="value",KEY2=value2`, also over several lines. Noted is where it stops being that; what stands before counts. */
export function parseSupervisorEnvironment(text: string, line: number, where: string, note: Note): Variables {
  const variables: Record<string, string> = {}
  const end = text.trimEnd().length
  let at = 0
  while (at < end) {
    pair.lastIndex = at
    const [, name, raw] = pair.exec(text) ?? []
    if (name === undefined || raw === undefined) {
      note(line, `${where}.environment`, 'not of the form KEY="value",KEY2="value2"')
      break
    }
    at = pair.lastIndex
    takeVariable(variables, name, /^["']/.test(raw) ? raw.slice(1, -1) : raw, line, note)
  }
  return variables
}
