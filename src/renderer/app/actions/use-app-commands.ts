import type { DesktopMessage, Notice } from '../../../shared/commands/commands.ts'
import { nothingGoesOn, whatGoesOn } from '../../../shared/text/quit.ts'
import { setAppearance } from '../../data/appearance-store.ts'
import { runCommand, useCommandHandlers } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { desktopLink } from '../../data/desktop-link.ts'
import { openDialog } from '../../data/dialog-store.ts'
import { revealSession } from '../../data/graph-store.ts'
import { useRows } from '../../data/rows-store.ts'
import { selectOnly, useSelection } from '../../data/selection-store.ts'
import { clearFilters, prefer, useView } from '../../data/view-store.ts'
import { notify } from '../../ui/toasts.tsx'
import { killableIds, restartSelected, startSelected, stopSelected } from './process-actions.ts'
import {
  activateCurrent,
  askToDeactivate,
  makeSample,
  openFolderOfCurrent,
  showLogsOfCurrent,
} from './session-actions.ts'

/** Brings one process into sight with its details. */
export function showProcess(id: string): void {
  clearFilters()
  const sessionId = useRows.getState().processes.get(id)?.sessionId
  useView.setState(({ collapsed }) => ({
    screen: 'sessions',
    detailsOpen: true,
    collapsed: new Set([...collapsed].filter((key) => key !== sessionId)),
  }))
  selectOnly(id)
  requestAnimationFrame(() => window.dispatchEvent(new CustomEvent('procession:focus-grid')))
}

/** Brings one process into sight with its log, at the failure where there was one. */
function showLog(id: string): void {
  prefer({ detailsTab: 'logs' })
  showProcess(id)
}

/** What Electron main would have notified about, had nobody looked at the window. */
function tellNotice({ title, body, processId }: Notice): void {
  const show =
    processId === null ? { label: 'Show', run: showAttention } : { label: 'Show log', run: () => showLog(processId) }
  notify('failed', title, body, show)
}

function showAttention(): void {
  useView.setState({ screen: 'sessions', needsAttention: true, chips: new Set(), filterText: '' })
  window.dispatchEvent(new CustomEvent('procession:focus-grid'))
}

function showHosts(): void {
  useView.setState({ screen: 'hosts' })
  requestAnimationFrame(() => window.dispatchEvent(new CustomEvent('procession:focus-hosts')))
}

function showDependencies(): void {
  useView.setState({ screen: 'dependencies' })
  requestAnimationFrame(() => window.dispatchEvent(new CustomEvent('procession:focus-outline')))
}

/** The graph shows what is selected. */
function showInGraph(): void {
  const { shown } = useSelection.getState()
  if (shown !== null) {
    selectOnly(shown)
    const sessionId = useRows.getState().processes.get(shown)?.sessionId
    if (sessionId !== undefined) revealSession(sessionId)
  }
  showDependencies()
}

/** The selected process is taken for the one that has to wait. */
function askForDependence(): void {
  const [childId = null] = useSelection.getState().selected
  openDialog({ kind: 'dependence', parentId: null, childId })
}

/** Quitting asks only when something would go on running, or start. */
function askQuit(): void {
  const goesOn = whatGoesOn(useRows.getState().processes.values())
  if (nothingGoesOn(goesOn)) desktopLink()?.post({ kind: 'quit', stopAll: false })
  else openDialog({ kind: 'quit', goesOn })
}

/** What the commands of the whole window do. */
export function useAppCommands(): void {
  useCommandHandlers({
    'process.new': () => openDialog({ kind: 'new-process' }),
    'process.start': startSelected,
    'process.stop': stopSelected,
    'process.restart': restartSelected,
    'process.kill': () => openDialog({ kind: 'kill', ids: killableIds() }),
    'session.new': () => openDialog({ kind: 'new-session' }),
    'session.sample': () => void makeSample(),
    'session.activate': activateCurrent,
    'session.deactivate': askToDeactivate,
    'session.logs': showLogsOfCurrent,
    'session.openFolder': openFolderOfCurrent,
    'edit.copy': () => void document.execCommand('copy'),
    'edit.find': findInLog,
    'palette.open': () => openDialog({ kind: 'palette' }),
    'dependences.add': askForDependence,
    'view.sessions': () => {
      useView.setState({ screen: 'sessions', needsAttention: false })
      window.dispatchEvent(new CustomEvent('procession:focus-grid'))
    },
    'view.dependencies': showDependencies,
    'view.hosts': showHosts,
    'hosts.add': () => openDialog({ kind: 'add-host' }),
    'view.inGraph': showInGraph,
    'graph.fit': showDependencies,
    'graph.zoomIn': showDependencies,
    'graph.zoomOut': showDependencies,
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
  useView.setState({ screen: 'sessions', detailsOpen: true })
  requestAnimationFrame(() => document.querySelector<HTMLInputElement>('.logbar input')?.focus())
}

/** A hidden window takes its rows late: longer than this they are not behind. */
const listedWithinMs = 5000

/** What is new may be asked for before it is in the list; shown earlier it would be forgotten as one that is gone. */
function whenListed(processId: string, show: (id: string) => void): void {
  if (useRows.getState().processes.has(processId)) {
    show(processId)
    return
  }
  const stop = useRows.subscribe(({ processes }) => {
    if (!processes.has(processId)) return
    end()
    show(processId)
  })
  const timer = setTimeout(stop, listedWithinMs)
  const end = () => {
    stop()
    clearTimeout(timer)
  }
}

/** What Electron main says to this window. */
export function receiveFromDesktop(message: DesktopMessage): void {
  switch (message.kind) {
    case 'command':
      runCommand(message.id)
      return
    case 'show':
      whenListed(message.processId, message.log ? showLog : showProcess)
      return
    case 'show-attention':
      showAttention()
      return
    case 'notice':
      tellNotice(message.notice)
      return
    case 'ask-quit':
      askQuit()
      return
    case 'daemon':
      useConnection.setState({ link: message.state })
      return
    case 'context':
    case 'open-folder':
    case 'quit':
    case 'daemon-retry':
    case 'open-log':
      return
  }
}
