import type { IniSection, IniSetting } from './ini.ts'
import type { Note } from './notes.ts'
import { parseFlag } from './yaml-fields.ts'

/** Reads the settings of one section by name; what has the wrong form is noted and null, what is absent is null. */
export type ProgramSettings = {
  readonly name: string
  readonly sectionLine: number
  readonly has: (key: string) => boolean
  readonly line: (key: string) => number
  /** How a note calls the setting: `web.command`. */
  readonly what: (key: string) => string
  readonly text: (key: string) => string | null
  readonly flag: (key: string) => boolean | null
  readonly integer: (key: string) => number | null
  /** What was not asked for. */
  readonly rest: () => readonly IniSetting[]
}

/** `where` stands before the key in notes: `web.`. */
export function settingsOf(section: IniSection, where: string, note: Note): ProgramSettings {
  const asked = new Set<string>()
  const byKey = new Map(section.settings.map((setting) => [setting.key, setting]))
  const text = (key: string): string | null => {
    asked.add(key)
    return byKey.get(key)?.value ?? null
  }
  const line = (key: string) => byKey.get(key)?.line ?? section.line
  const read = <T>(key: string, expected: string, parse: (value: string) => T | null): T | null => {
    const value = text(key)
    const parsed = value === null ? null : parse(value)
    if (value !== null && parsed === null) note(line(key), `${where}${key}`, `this is not ${expected}`)
    return parsed
  }
  return {
    name: where.slice(0, -1),
    sectionLine: section.line,
    has: (key) => byKey.has(key),
    line,
    what: (key) => `${where}${key}`,
    text,
    flag: (key) => read(key, 'true or false', parseFlag),
    integer: (key) => read(key, 'a whole number', (value) => (/^-?\d{1,9}$/.test(value) ? Number(value) : null)),
    rest: () => section.settings.filter(({ key }) => !asked.has(key)),
  }
}

/** Why a setting of a program is not taken over, and what to do instead. */
export function noCounterpart(key: string): string {
  if (/^(stdout|stderr)_/.test(key)) return 'output is kept in out/ and err/ of the session'
  switch (key) {
    case 'priority':
      return 'order comes from dependences: session dependence add'
    case 'umask':
      return 'programs get your umask'
    case 'serverurl':
      return 'there is no supervisord to talk to'
    default:
      return 'unknown setting'
  }
}
