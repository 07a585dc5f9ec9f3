import { useEffect } from 'react'
import { createKeybindingsHandler } from 'tinykeys'
import { type Command, type CommandId, commands } from '../../shared/commands/commands.ts'
import { statuses } from '../../shared/text/status.ts'
import { useAppearance } from '../data/appearance-store.ts'
import { commandContext, isOffered, runCommand } from '../data/commands.ts'
import { useDialog } from '../data/dialog-store.ts'
import { tinyKeys } from '../data/key-words.ts'
import { toggleChip, useView } from '../data/view-store.ts'

// The browser's own copying works on whatever is selected and must not be replaced.
const native: ReadonlySet<string> = new Set(['edit.copy'])

const isTyping = (event: KeyboardEvent): boolean =>
  event.target instanceof Element &&
  event.target.closest('input, textarea, select, [contenteditable], [role=menu]') !== null

/** Single letters and digits mean something only where nobody types; with Ctrl or as F keys they mean it everywhere. */
const isPlainKey = (keys: string): boolean => !keys.includes('$mod') && !/^F\d+$/.test(keys)

function isHeard(command: Command, keys: string, event: KeyboardEvent): boolean {
  if (useDialog.getState().open !== null) return false
  if (isPlainKey(keys) && (isTyping(event) || !useAppearance.getState().singleKeys)) return false
  if (command.where === 'anywhere') return true
  // Ctrl+A in a text field selects its text.
  if (isTyping(event)) return false
  const { screen } = useView.getState()
  if (command.where === 'graph') return screen === 'dependencies'
  if (command.where === 'hosts') return screen === 'hosts'
  // The selected processes are not in sight there.
  if (command.where === 'grid' && screen === 'hosts') return false
  const { focus } = commandContext()
  return command.where === 'log' ? focus === 'log' : focus !== 'log'
}

type Binding = readonly [keys: string, act: (event: KeyboardEvent) => void]

function bindings(): Record<string, (event: KeyboardEvent) => void> {
  const listed: readonly Command[] = commands
  const ofCommands = listed
    .filter((command) => isOffered(command.id as CommandId) && !native.has(command.id))
    .flatMap((command) =>
      command.keys.map(
        (keys) =>
          [
            tinyKeys(keys),
            (event: KeyboardEvent) => {
              // The last letter of a sequence may be a key of its own.
              if (event.defaultPrevented) return
              if (isHeard(command, keys, event) && runCommand(command.id as CommandId)) event.preventDefault()
            },
          ] as const,
      ),
    )
  const ofChips = statuses.map(
    (status, index) =>
      [
        `Alt+Digit${index + 1}`,
        (event: KeyboardEvent) => {
          if (useView.getState().screen !== 'sessions') return
          event.preventDefault()
          toggleChip(status)
        },
      ] as const,
  )
  const sequencesFirst = [...ofCommands].sort(([one], [other]) => lengthOf(other) - lengthOf(one))
  const byKeys = Map.groupBy([...sequencesFirst, ...ofChips], ([keys]) => keys)
  return Object.fromEntries([...byKeys].map(together))
}

/** A key may mean different things on different screens: the first command that is heard takes it. */
const together = ([keys, bound]: readonly [string, readonly Binding[]]) =>
  [
    keys,
    (event: KeyboardEvent) => {
      for (const [, act] of bound) act(event)
    },
  ] as const

/** How many presses it takes. */
const lengthOf = (keys: string): number => keys.split(' ').length

/** Keys of the registry, wherever the keyboard is. */
export function useShortcuts(): void {
  useEffect(() => {
    const handle = createKeybindingsHandler(bindings(), {
      ignore: (event) => event.isComposing || event.defaultPrevented,
    })
    window.addEventListener('keydown', handle)
    return () => window.removeEventListener('keydown', handle)
  }, [])
}
