import type { DesktopMessage } from '../../../shared/commands/commands.ts'
import { setAppearance } from '../../data/appearance-store.ts'
import { runCommand, useCommandHandlers } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { desktopLink } from '../../data/desktop-link.ts'
import { openDialog } from '../../data/dialog-store.ts'
import { useRows } from '../../data/rows-store.ts'
import { selectOnly } from '../../data/selection-store.ts'
import { clearFilters, prefer, useView } from '../../data/view-store.ts'
import { killableIds, restartSelected, runningCount, startSelected, stopSelected } from './process-actions.ts'

/** Brings one process into sight with its details. */
export function showProcess(id: string): void {
  clearFilters()
  const sessionId = useRows.getState().processes.get(id)?.sessionId
  useView.setState(({ collapsed }) => ({
    detailsOpen: true,
    collapsed: new Set([...collapsed].filter((key) => key !== sessionId)),
  }))
  selectOnly(id)
  requestAnimationFrame(() => window.dispatchEvent(new CustomEvent('procession:focus-grid')))
}

/** Quitting asks only when something would go on running. */
function askQuit(): void {
  const running = runningCount(useRows.getState().processes.values())
  if (running > 0) openDialog({ kind: 'quit', running })
  else desktopLink()?.post({ kind: 'quit', stopAll: false })
}

/** What the commands of the whole window do. */
export function useAppCommands(): void {
  useCommandHandlers({
    'process.new': () => openDialog({ kind: 'new-process' }),
    'process.start': startSelected,
    'process.stop': stopSelected,
    'process.restart': restartSelected,
    'process.kill': () => openDialog({ kind: 'kill', ids: killableIds() }),
    'edit.copy': () => void document.execCommand('copy'),
    'edit.find': findInLog,
    'palette.open': () => openDialog({ kind: 'palette' }),
    'view.sessions': () => {
      useView.setState({ needsAttention: false })
      window.dispatchEvent(new CustomEvent('procession:focus-grid'))
    },
    'view.group': () => prefer({ groupBy: useView.getState().groupBy === 'session' ? 'none' : 'session' }),
    'theme.system': () => setAppearance({ theme: 'system' }),
    'theme.light': () => setAppearance({ theme: 'light' }),
    'theme.dark': () => setAppearance({ theme: 'dark' }),
    'help.keys': () => openDialog({ kind: 'keys' }),
  })
}

/** With the log closed it is opened first; its own handler then stands before this one. */
function findInLog(): void {
  prefer({ detailsTab: 'logs' })
  useView.setState({ detailsOpen: true })
  requestAnimationFrame(() => document.querySelector<HTMLInputElement>('.logbar input')?.focus())
}

/** What Electron main says to this window. */
export function receiveFromDesktop(message: DesktopMessage): void {
  switch (message.kind) {
    case 'command':
      runCommand(message.id)
      return
    case 'show':
      showProcess(message.processId)
      return
    case 'ask-quit':
      askQuit()
      return
    case 'daemon':
      useConnection.setState({ link: message.state })
      return
    case 'context':
    case 'quit':
    case 'daemon-retry':
    case 'open-log':
      return
  }
}
