import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import type { ReactNode } from 'react'
import { useRows } from '../data/rows-store.ts'
import { type Screen, useView } from '../data/view-store.ts'
import { ConnectionBanner } from '../features/connection/connection-banner.tsx'
import { NotReady } from '../features/connection/not-ready.tsx'
import { StatusBar } from '../features/connection/status-bar.tsx'
import { DependenciesScreen } from '../features/dependencies/dependencies-screen.tsx'
import { DependenciesTopBar } from '../features/dependencies/top-bar.tsx'
import { DetailsPane } from '../features/details/details-pane.tsx'
import { HistoryView } from '../features/history/history-view.tsx'
import { HostsScreen } from '../features/hosts/hosts-screen.tsx'
import { HostsTopBar } from '../features/hosts/top-bar.tsx'
import { LogView, MergedLogView } from '../features/logs/log-view.tsx'
import { Overview } from '../features/overview/overview.tsx'
import { RelationsView } from '../features/relations/relations-view.tsx'
import { SessionsScreen } from '../features/sessions/sessions-screen.tsx'
import { SessionsTopBar } from '../features/sessions/sessions-top-bar.tsx'
import { TerminalView } from '../features/terminal/terminal-view.tsx'
import { FloatingPlace } from '../ui/floating.tsx'
import { Toasts } from '../ui/toasts.tsx'
import { showProcess, useAppCommands } from './actions/use-app-commands.ts'
import { Dialogs } from './dialogs.tsx'
import { Rail } from './rail.tsx'
import { useReportContext } from './report-context.ts'
import { useShortcuts } from './shortcuts.ts'

/** The whole window. */
export function App() {
  useAppCommands()
  useShortcuts()
  useReportContext()
  const screen = useView((state) => state.screen)
  const isReady = useRows((state) => state.phase.kind === 'ready')
  const { topBar, title, content } = screens[screen]
  return (
    <CSPProvider disableStyleElements>
      <Tooltip.Provider>
        <div className="app">
          <Rail />
          {topBar}
          <main className="main">
            <h1 className="sr">{title}</h1>
            <ConnectionBanner />
            {isReady ? content : <NotReady />}
            <FloatingPlace />
          </main>
          <StatusBar />
        </div>
        <Dialogs />
        <Toasts />
      </Tooltip.Provider>
    </CSPProvider>
  )
}

type Parts = { readonly title: string; readonly topBar: ReactNode; readonly content: ReactNode }

const screens: Readonly<Record<Screen, Parts>> = {
  sessions: {
    title: 'Sessions',
    topBar: <SessionsTopBar />,
    content: (
      <div className="panes">
        <SessionsScreen />
        <DetailsPane
          together={({ ids, title }) => <MergedLogView key={ids.join(' ')} ids={ids} title={title} />}
          panels={{
            logs: (row) => <LogView row={row} />,
            overview: (row) => <Overview row={row} />,
            terminal: (row) => <TerminalView key={row.id} row={row} />,
            dependencies: (row) => <RelationsView row={row} />,
            history: (row) => <HistoryView key={row.id} row={row} />,
          }}
        />
      </div>
    ),
  },
  dependencies: {
    title: 'Dependencies',
    topBar: <DependenciesTopBar />,
    content: <DependenciesScreen onOpen={showProcess} />,
  },
  hosts: { title: 'Hosts', topBar: <HostsTopBar />, content: <HostsScreen /> },
}
