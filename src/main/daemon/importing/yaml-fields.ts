import type { Note } from './notes.ts'
import type { YamlEntry, YamlMap, YamlScalar, YamlValue } from './yaml-tree.ts'

/**
 * Reads the settings of one map by name. What is absent or null is null. What has the wrong type is noted and null. The
 * settings that were not asked for are left in `rest`.
 */
export type Fields = {
  /** Where the setting, or else the map, is. */
  readonly line: (key: string) => number
  readonly text: (key: string) => string | null
  readonly number: (key: string) => number | null
  readonly flag: (key: string) => boolean | null
  /** A list of texts. */
  readonly texts: (key: string) => readonly string[] | null
  readonly map: (key: string) => YamlMap | null
  readonly value: (key: string) => YamlValue | null
  readonly rest: () => readonly YamlEntry[]
}

/** Changes each text before it is read, for example by filling in variables. */
export type Expand = (text: string, line: number, what: string) => string

const trueWords = new Set(['true', 'yes', 'on', '1'])
const falseWords = new Set(['false', 'no', 'off', '0'])

/** `true`, `yes`, `on`, `1` and their opposites, in any case; null for other words. */
export function parseFlag(text: string): boolean | null {
  const word = text.trim().toLowerCase()
  if (trueWords.has(word)) return true
  return falseWords.has(word) ? false : null
}

/** `where` stands before the key in notes: `web.` gives `web.command`. */
export function fieldsOf(map: YamlMap, where: string, note: Note, expand: Expand = (text) => text): Fields {
  const asked = new Set<string>()
  const found = (key: string): YamlEntry | null => {
    asked.add(key)
    const entry = map.entries.find((candidate) => candidate.key === key)
    const isNull = entry?.value.kind === 'scalar' && entry.value.value === null
    return entry && !isNull ? entry : null
  }
  const refuse = (entry: YamlEntry, expected: string): null => {
    note(entry.line, `${where}${entry.key}`, `this is not ${expected}`)
    return null
  }
  const written = ({ value }: YamlEntry, what: string): string | null =>
    value.kind === 'scalar' ? expand(value.text, value.line, what) : null
  const read = <T>(key: string, expected: string, parse: (text: string) => T | null): T | null => {
    const entry = found(key)
    if (!entry) return null
    const text = written(entry, `${where}${key}`)
    return (text === null ? null : parse(text)) ?? refuse(entry, expected)
  }
  return {
    line: (key) => map.entries.find((entry) => entry.key === key)?.line ?? map.line,
    text: (key) => read(key, 'a text', (text) => text),
    number: (key) => read(key, 'a number', parseNumber),
    flag: (key) => read(key, 'true or false', parseFlag),
    texts(key) {
      const entry = found(key)
      if (!entry) return null
      if (entry.value.kind !== 'list' || !entry.value.items.every(isScalar)) return refuse(entry, 'a list of texts')
      return entry.value.items.map((item) => expand(item.text, item.line, `${where}${key}`))
    },
    map(key) {
      const entry = found(key)
      if (!entry) return null
      return entry.value.kind === 'map' ? entry.value : refuse(entry, 'a map of names and values')
    },
    value: (key) => found(key)?.value ?? null,
    rest: () => map.entries.filter((entry) => !asked.has(entry.key)),
  }
}

const isScalar = (value: YamlValue): value is YamlScalar => value.kind === 'scalar'

function parseNumber(text: string): number | null {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : null
}
