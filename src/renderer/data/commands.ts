import { useEffect, useRef } from 'react'
import {
  type Command,
  type CommandContext,
  type CommandId,
  commandOf,
  sessionState,
} from '../../shared/commands/commands.ts'
import { isConnected } from './connection-store.ts'
import { currentSession } from './current-session.ts'
import { desktopLink } from './desktop-link.ts'
import { rowsOf } from './rows-store.ts'
import { useSelection } from './selection-store.ts'

type Handler = () => void
export type Handlers = Readonly<Partial<Record<CommandId, Handler>>>

// The part that mounted last stands first; what it does not know goes to those below.
const stack: { readonly current: Handlers }[] = []

/** Commands that only the desktop application has; Electron main carries them out. */
const ofMain: ReadonlySet<CommandId> = new Set(['app.quit', 'window.close', 'window.minimise', 'window.open'])
/** Commands that the window carries out with the help of Electron main. */
const ofDesktop: ReadonlySet<CommandId> = new Set(['session.openFolder'])

/** Says what commands do while the component is there. */
export function useCommandHandlers(handlers: Handlers): void {
  const latest = useRef(handlers)
  latest.current = handlers
  useEffect(() => {
    stack.push(latest)
    return () => {
      stack.splice(stack.indexOf(latest), 1)
    }
  }, [])
}

function focusedPart(): CommandContext['focus'] {
  const part = document.activeElement?.closest('[data-part]')
  const name = part instanceof HTMLElement ? part.dataset.part : undefined
  if (document.activeElement === document.body) return 'grid'
  return name === 'grid' || name === 'log' ? name : 'other'
}

export function commandContext(): CommandContext {
  const session = currentSession()
  return {
    selected: rowsOf(useSelection.getState().selected).map(({ life }) => ({ life })),
    session: session && sessionState(session),
    focus: focusedPart(),
    connected: isConnected(),
  }
}

function handlerOf(id: CommandId): Handler | undefined {
  if (ofMain.has(id)) return desktopLink() ? () => desktopLink()?.post({ kind: 'command', id }) : undefined
  return stack.findLast(({ current }) => current[id] !== undefined)?.current[id]
}

/** True when this face has the command at all. */
export const isOffered = (id: CommandId): boolean => (!ofMain.has(id) && !ofDesktop.has(id)) || desktopLink() !== null

export const isEnabled = (command: Command): boolean =>
  handlerOf(command.id as CommandId) !== undefined && command.enabled(commandContext())

/** Carries a command out on the current selection. False when it makes no sense now. */
export function runCommand(id: CommandId): boolean {
  const handler = handlerOf(id)
  if (!handler || !commandOf(id).enabled(commandContext())) return false
  handler()
  return true
}
