import { ContextMenu } from '@base-ui/react/context-menu'
import { type MouseEvent, type ReactNode, useState } from 'react'
import { type Command, type CommandId, commandOf, commands } from '../../../shared/commands/commands.ts'
import { isEnabled, runCommand } from '../../data/commands.ts'
import { isConnected } from '../../data/connection-store.ts'
import { keyWords } from '../../data/key-words.ts'
import { useSelection } from '../../data/selection-store.ts'
import { floatingPlace } from '../../ui/floating.tsx'
import { MenuEntries, type MenuEntry } from '../../ui/menu.tsx'
import { selectEdge, selectProcess } from './select.ts'

const listed: readonly Command[] = commands
const ofProcess = listed.filter(({ id, menu }) => menu === 'process' || id === 'view.logs' || id === 'view.overview')
const ofEdge: readonly Command[] = [commandOf('dependences.remove')]

const entriesOf = (list: readonly Command[], enabled: (command: Command) => boolean): MenuEntry[] =>
  list.map((command) => ({
    id: command.id,
    label: command.label,
    keys: keyWords(command.keys[0]),
    enabled: enabled(command),
    danger: command.id === 'process.kill',
    // What shows something stands apart from what does something.
    group: command.menu === 'view' ? -1 : command.group,
  }))

const noMenu = { label: '', entries: [] } as const

type Hit = 'process' | 'edge' | null

/** What shows the process is in place once the selection is. */
const isUsable = (command: Command): boolean => command.menu === 'view' || isEnabled(command)

/** Selects what is under the pointer, so that the menu and the commands mean the same. */
function select(event: MouseEvent): Hit {
  const element = event.target instanceof Element ? event.target.closest('[data-node], [data-edge]') : null
  if (!(element instanceof HTMLElement || element instanceof SVGElement)) return null
  const { node, edge } = element.dataset
  if (edge !== undefined) {
    selectEdge(edge)
    return 'edge'
  }
  if (node === undefined) return null
  if (!useSelection.getState().selected.has(node)) selectProcess(node)
  return 'process'
}

/** The commands of the registry for the process or dependence under the pointer. */
export function GraphMenu({ children }: { readonly children: ReactNode }) {
  const [menu, setMenu] = useState<{ readonly label: string; readonly entries: readonly MenuEntry[] }>(noMenu)
  const onContextMenu = (event: MouseEvent) => {
    const hit = select(event)
    if (hit === 'process') setMenu({ label: 'Selected process', entries: entriesOf(ofProcess, isUsable) })
    else if (hit === 'edge') setMenu({ label: 'Selected dependency', entries: entriesOf(ofEdge, isConnected) })
    else {
      event.preventDefault()
      event.stopPropagation()
    }
  }
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger render={<div className="graph-area" onContextMenuCapture={onContextMenu} />}>
        {children}
      </ContextMenu.Trigger>
      <ContextMenu.Portal container={floatingPlace()}>
        <ContextMenu.Positioner className="layer">
          <ContextMenu.Popup className="popup menu" aria-label={menu.label}>
            <MenuEntries entries={menu.entries} onChoose={(id) => runCommand(id as CommandId)} />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}
