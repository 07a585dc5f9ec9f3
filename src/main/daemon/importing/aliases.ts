import { checkAlias } from '../workspace/names.ts'
import type { Note } from './notes.ts'

const longestAlias = 64

/** What of a foreign name may be in an alias; null when nothing is left. */
function validAlias(name: string): string | null {
  const alias = name
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, longestAlias)
  return checkAlias(alias).ok ? alias : null
}

/** Gives each foreign name an alias that is valid and not yet taken; a changed one is noted. */
export function createAliases() {
  const taken = new Set<string>()
  const lastSuffix = new Map<string, number>()
  return (name: string, line: number | null, note: Note): string => {
    const base = validAlias(name) ?? 'process'
    let alias = base
    while (taken.has(alias)) {
      const suffix = (lastSuffix.get(base) ?? 1) + 1
      lastSuffix.set(base, suffix)
      alias = `${base.slice(0, longestAlias - String(suffix).length - 1)}-${suffix}`
    }
    taken.add(alias)
    if (alias !== name) note(line, shown(name), `called ${alias} here`)
    return alias
  }
}

const shown = (name: string): string => (name.length > longestAlias ? `${name.slice(0, longestAlias)}…` : name)
