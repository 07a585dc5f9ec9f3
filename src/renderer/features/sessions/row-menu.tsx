import { ContextMenu } from '@base-ui/react/context-menu'
import { type ReactElement, type ReactNode, useState } from 'react'
import { type Command, type CommandId, commandOf, commands } from '../../../shared/commands/commands.ts'
import { isEnabled, isOffered, runCommand } from '../../data/commands.ts'
import { currentSession, groupPrefix } from '../../data/current-session.ts'
import { keyWords } from '../../data/key-words.ts'
import { useSelection } from '../../data/selection-store.ts'
import { floatingPlace } from '../../ui/floating.tsx'
import { MenuEntries, type MenuEntry } from '../../ui/menu.tsx'

const listed: readonly Command[] = commands
// The first group of views are the screens, the second one is about what is selected.
const rowCommands = listed.filter(({ menu, group }) => menu === 'process' || (menu === 'view' && group === 1))
const sessionCommands = listed.filter(({ id, group }) => id.startsWith('session.') && group === 1)

const entry = (command: Command, group: number): MenuEntry => ({
  id: command.id,
  label: command.label,
  keys: keyWords(command.keys[0]),
  enabled: isEnabled(command),
  danger: command.id === 'process.kill',
  group,
})

/** What the menu is about is what the right click has selected. */
function menuNow(): { readonly label: string; readonly entries: readonly MenuEntry[] } {
  if (!useSelection.getState().cursor?.startsWith(groupPrefix)) {
    const groupOf = ({ menu, group }: Command) => (menu === 'process' ? (group === 2 ? 2 : 0) : 1)
    return { label: 'Selected processes', entries: rowCommands.map((command) => entry(command, groupOf(command))) }
  }
  const offered = sessionCommands.filter(({ id }) => isOffered(id as CommandId))
  return {
    label: currentSession()?.name ?? 'Session',
    entries: [entry(commandOf('process.new'), 0), ...offered.map((command) => entry(command, 1))],
  }
}

/** The commands of the registry that concern rows or a session, where the pointer is. */
export function RowMenu({ trigger, children }: { readonly trigger: ReactElement; readonly children: ReactNode }) {
  const [shown, setShown] = useState(menuNow)
  return (
    <ContextMenu.Root onOpenChange={(open) => open && setShown(menuNow())}>
      <ContextMenu.Trigger render={trigger}>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal container={floatingPlace()}>
        <ContextMenu.Positioner className="layer">
          <ContextMenu.Popup className="popup menu" aria-label={shown.label}>
            <MenuEntries entries={shown.entries} onChoose={(id) => runCommand(id as CommandId)} />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}
