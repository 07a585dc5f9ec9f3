import type { Note } from './notes.ts'

export type IniSetting = { readonly key: string; readonly value: string; readonly line: number }
export type IniSection = { readonly name: string; readonly line: number; readonly settings: readonly IniSetting[] }

type OpenSetting = { readonly key: string; readonly line: number; readonly parts: string[] }
type OpenSection = { readonly name: string; readonly line: number; readonly settings: Map<string, OpenSetting> }

/**
 * Reads an INI file as supervisord does (Python's configparser): `key = value` or `key: value`, keys in lower case, a
 * deeper line goes on with the value before it, `;` and `#` begin a comment at the start of a line or after a blank, also
 * in quotes. Sections of one name are one, the last of equal keys counts. What is no setting is noted.
 */
export function parseIni(text: string, note: Note): IniSection[] {
  const sections = new Map<string, OpenSection>()
  let section: OpenSection | null = null
  let setting: OpenSetting | null = null
  let depth = 0
  for (const [index, raw] of text.split('\n').entries()) {
    const line = withoutComment(raw)
    const content = line.trim()
    if (content === '') continue
    const indent = line.search(/\S/)
    if (setting && indent > depth) {
      setting.parts.push(content)
      continue
    }
    depth = indent
    setting = null
    const header = /^\[([^\]]+)\]/.exec(content)?.[1]
    if (header !== undefined) {
      section = sections.get(header) ?? { name: header, line: index + 1, settings: new Map() }
      sections.set(header, section)
    } else if (section) {
      setting = readSetting(content, index + 1, section, note)
    } else note(index + 1, 'line', 'stands before the first [section]')
  }
  return [...sections.values()].map(({ name, line, settings }) => ({
    name,
    line,
    settings: [...settings.values()].map(({ key, line: at, parts }) => ({ key, line: at, value: parts.join('\n') })),
  }))
}

function readSetting(content: string, line: number, section: OpenSection, note: Note): OpenSetting | null {
  const at = content.search(/[=:]/)
  const key = content.slice(0, Math.max(0, at)).trim().toLowerCase()
  if (key === '') {
    note(line, `[${section.name}]`, 'a line that is not of the form KEY=VALUE')
    return null
  }
  const value = content.slice(at + 1).trim()
  const setting = { key, line, parts: value === '' ? [] : [value] }
  section.settings.set(setting.key, setting)
  return setting
}

const withoutComment = (line: string): string => line.replace(/(^|\s)[;#].*$/, '')
