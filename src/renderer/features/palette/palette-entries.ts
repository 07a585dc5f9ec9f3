import { type Command, type CommandId, commands } from '../../../shared/commands/commands.ts'
import type { HostRow } from '../../../shared/domain/host.ts'
import { displayName, type ProcessRow, type SessionRow } from '../../../shared/domain/rows.ts'

export type PaletteEntry =
  | {
      readonly kind: 'host'
      readonly id: string
      readonly title: string
      readonly note: string
      readonly row: HostRow
    }
  | {
      readonly kind: 'row'
      readonly id: string
      readonly title: string
      readonly note: string
      readonly row: ProcessRow
    }
  | {
      readonly kind: 'command'
      readonly id: CommandId
      readonly title: string
      readonly note: string
      readonly command: Command
    }

export type PaletteGroup = { readonly title: string; readonly entries: readonly PaletteEntry[] }

// More results than fit on a screen are found by typing one more letter.
const mostRows = 8
const mostCommands = 12

/** Commands that mean nothing in a list: they act where the keyboard was. */
const notListed: ReadonlySet<string> = new Set(['palette.open', 'edit.copy', 'window.open'])

const words = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean)

/** Words at the start of a title count most, then words anywhere in it, then in the note; null when one is missing. */
function rank(query: readonly string[], title: string, note: string): number | null {
  let sum = 0
  for (const word of query) {
    const inTitle = title.toLowerCase().indexOf(word)
    if (inTitle < 0 && !note.toLowerCase().includes(word)) return null
    sum += inTitle === 0 ? 0 : inTitle > 0 ? 1 : 2
  }
  return sum
}

function best<Entry extends PaletteEntry>(entries: readonly Entry[], query: readonly string[], most: number): Entry[] {
  return entries
    .flatMap((entry) => {
      const place = rank(query, entry.title, entry.note)
      return place === null ? [] : [{ entry, place }]
    })
    .sort((a, b) => a.place - b.place)
    .slice(0, most)
    .map(({ entry }) => entry)
}

/** What there is to go to. */
export type PalettePlaces = {
  readonly rows: readonly ProcessRow[]
  readonly sessions: ReadonlyMap<string, SessionRow>
  readonly hosts: readonly HostRow[]
}

const prefixes = ['>', '#', '@'] as const

/**
 * What the palette lists. `>` before the text leaves only commands, `#` only rows of sessions with that name, `@` only
 * hosts.
 */
export function paletteGroups(
  text: string,
  { rows, sessions, hosts }: PalettePlaces,
  isUsable: (command: Command) => boolean,
): PaletteGroup[] {
  const first = text.trimStart().charAt(0)
  const prefix = prefixes.find((known) => known === first)
  const query = words(prefix ? text.trimStart().slice(1) : text)
  const listed: readonly Command[] = commands
  const rowEntries = rows.map((row) => {
    const session = sessions.get(row.sessionId)?.name ?? ''
    return { kind: 'row' as const, id: row.id, title: displayName(row), note: session, row }
  })
  const wantedRows = prefix === '#' ? rowEntries.filter(({ note }) => rank(query, note, '') !== null) : rowEntries
  const commandEntries = listed
    .filter((command) => !notListed.has(command.id) && isUsable(command))
    .map((command) => ({
      kind: 'command' as const,
      id: command.id as CommandId,
      title: command.label,
      note: '',
      command,
    }))
  const hostEntries = hosts.map((row) => ({
    kind: 'host' as const,
    id: `host:${row.name}`,
    title: row.name,
    note: row.address ?? '',
    row,
  }))
  const isWanted = (...by: readonly (typeof prefix)[]) => by.includes(prefix)
  // Whoever types nothing yet wants a process or a command.
  const wantsHosts = isWanted('@') || (isWanted(undefined) && query.length > 0)
  return [
    {
      title: 'Processes',
      entries: isWanted('#', undefined) ? best(wantedRows, prefix === '#' ? [] : query, mostRows) : [],
    },
    { title: 'Hosts', entries: wantsHosts ? best(hostEntries, query, mostRows) : [] },
    { title: 'Commands', entries: isWanted('>', undefined) ? best(commandEntries, query, mostCommands) : [] },
  ].filter(({ entries }) => entries.length > 0)
}
