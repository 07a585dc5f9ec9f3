import { ContextMenu } from '@base-ui/react/context-menu'
import { type ReactElement, type ReactNode, useState } from 'react'
import { type Command, type CommandId, commands } from '../../../shared/commands/commands.ts'
import { isEnabled, runCommand } from '../../data/commands.ts'
import { keyWords } from '../../data/key-words.ts'
import { floatingPlace } from '../../ui/floating.tsx'
import { MenuEntries, type MenuEntry } from '../../ui/menu.tsx'

const rowCommands: readonly Command[] = commands.filter(
  ({ id, menu }) => menu === 'process' || id === 'view.logs' || id === 'view.overview',
)

const entries = (): MenuEntry[] =>
  rowCommands.map((command) => ({
    id: command.id,
    label: command.label,
    keys: keyWords(command.keys[0]),
    enabled: isEnabled(command),
    danger: command.id === 'process.kill',
    group: command.menu === 'process' ? 0 : 1,
  }))

/** The commands of the registry that concern rows, where the pointer is. */
export function RowMenu({ trigger, children }: { readonly trigger: ReactElement; readonly children: ReactNode }) {
  const [shown, setShown] = useState<readonly MenuEntry[]>([])
  return (
    <ContextMenu.Root onOpenChange={(open) => open && setShown(entries())}>
      <ContextMenu.Trigger render={trigger}>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal container={floatingPlace()}>
        <ContextMenu.Positioner className="layer">
          <ContextMenu.Popup className="popup menu" aria-label="Selected processes">
            <MenuEntries entries={shown} onChoose={(id) => runCommand(id as CommandId)} />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}
