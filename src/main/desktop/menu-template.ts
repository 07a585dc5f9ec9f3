import { type Command, type CommandId, commands, type MenuName } from '../../shared/commands/commands.ts'

/** What Electron can do by itself (MenuItem roles). */
export type MenuRole = 'undo' | 'redo' | 'cut' | 'paste' | 'resetZoom' | 'zoomIn' | 'zoomOut' | 'togglefullscreen'

/** One entry of the application menu, before Electron makes a MenuItem of it. */
export type MenuEntry =
  | {
      readonly kind: 'command'
      readonly id: CommandId
      readonly label: string
      /** In Electron's notation; null shows no keys. */
      readonly accelerator: string | null
      /** True where main listens to the keys itself; the others are the window's, which knows where the focus is. */
      readonly listens: boolean
    }
  | { readonly kind: 'role'; readonly role: MenuRole; readonly label: string }
  | { readonly kind: 'separator' }

export type MenuColumn = { readonly name: MenuName; readonly label: string; readonly entries: readonly MenuEntry[] }

const columns: readonly { readonly name: MenuName; readonly label: string }[] = [
  { name: 'file', label: 'File' },
  { name: 'edit', label: 'Edit' },
  { name: 'view', label: 'View' },
  { name: 'process', label: 'Process' },
  { name: 'window', label: 'Window' },
  { name: 'help', label: 'Help' },
]

/** Commands that main carries out; all others are sent to the window, which knows what is selected. */
const commandsOfMain = ['app.quit', 'window.close', 'window.minimise', 'window.open'] as const
type CommandOfMain = (typeof commandsOfMain)[number]

export const isCommandOfMain = (id: CommandId): id is CommandOfMain =>
  (commandsOfMain as readonly CommandId[]).includes(id)

const role = (name: MenuRole, label: string): MenuEntry => ({ kind: 'role', role: name, label })

/** Text editing and zoom work everywhere in Chromium without a command of ours. */
const editingRoles: readonly MenuEntry[] = [
  role('undo', 'Undo'),
  role('redo', 'Redo'),
  { kind: 'separator' },
  role('cut', 'Cut'),
  role('paste', 'Paste'),
]
const zoomRoles: readonly MenuEntry[] = [
  role('zoomIn', 'Zoom in'),
  role('zoomOut', 'Zoom out'),
  role('resetZoom', 'Reset zoom'),
  role('togglefullscreen', 'Full screen'),
]

/** The application menu: every command that has a place in it, in the order of the registry, groups apart. */
export function menuTemplate(platform: NodeJS.Platform): readonly MenuColumn[] {
  return columns.map(({ name, label }) => {
    const groups = groupsOf(commands.filter(({ menu }) => menu === name)).map((group) =>
      group.map((command) => entryOf(command, platform)),
    )
    if (name === 'edit') groups.unshift([...editingRoles])
    if (name === 'view') groups.push([...zoomRoles])
    return { name, label, entries: separated(groups) }
  })
}

type RegistryEntry = Command & { readonly id: CommandId }

function groupsOf(list: readonly RegistryEntry[]): readonly RegistryEntry[][] {
  const groups = new Map<number, RegistryEntry[]>()
  for (const command of list) groups.set(command.group, [...(groups.get(command.group) ?? []), command])
  return [...groups].sort(([one], [other]) => one - other).map(([, group]) => group)
}

const separated = (groups: readonly (readonly MenuEntry[])[]): readonly MenuEntry[] =>
  groups.flatMap((group, index) => (index === 0 ? group : [{ kind: 'separator' } as const, ...group]))

function entryOf({ id, label, keys }: RegistryEntry, platform: NodeJS.Platform): MenuEntry {
  const [first] = keys
  // Electron has no keys that are pressed one after the other.
  const accelerator = first === undefined || first.includes(' ') ? null : acceleratorOf(first)
  // macOS has no keys that are only shown: a single letter there would be taken away from every text field.
  const shown = platform === 'darwin' && first !== undefined && !/.\+./.test(first) ? null : accelerator
  return { kind: 'command', id, label, accelerator: shown, listens: isCommandOfMain(id) }
}

/** Keys of tinykeys (`$mod+KeyK`, `Shift+X`, `/`) as an Electron accelerator. */
export function acceleratorOf(keys: string): string {
  // The sign itself joins keys.
  if (keys === '+') return 'Plus'
  return keys
    .split('+')
    .map((key) => {
      if (key === '$mod') return 'CommandOrControl'
      const named = key.replace(/^(Key|Digit)(?=.$)/, '')
      return named.length === 1 ? named.toUpperCase() : named
    })
    .join('+')
}
