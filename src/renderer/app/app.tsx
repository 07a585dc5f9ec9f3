import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { ConnectionBanner } from '../features/connection/connection-banner.tsx'
import { StatusBar } from '../features/connection/status-bar.tsx'
import { DetailsPane } from '../features/details/details-pane.tsx'
import { LogView } from '../features/logs/log-view.tsx'
import { Overview } from '../features/overview/overview.tsx'
import { SessionsScreen } from '../features/sessions/sessions-screen.tsx'
import { SessionsTopBar } from '../features/sessions/sessions-top-bar.tsx'
import { FloatingPlace } from '../ui/floating.tsx'
import { Toasts } from '../ui/toasts.tsx'
import { useAppCommands } from './actions/use-app-commands.ts'
import { Dialogs } from './dialogs.tsx'
import { Rail } from './rail.tsx'
import { useReportContext } from './report-context.ts'
import { useShortcuts } from './shortcuts.ts'

/** The whole window. */
export function App() {
  useAppCommands()
  useShortcuts()
  useReportContext()
  return (
    <CSPProvider disableStyleElements>
      <Tooltip.Provider>
        <div className="app">
          <Rail />
          <SessionsTopBar />
          <main className="main">
            <h1 className="sr">Sessions</h1>
            <ConnectionBanner />
            <div className="panes">
              <SessionsScreen />
              <DetailsPane
                panels={{
                  logs: (row) => <LogView row={row} />,
                  overview: (row) => <Overview row={row} />,
                }}
              />
            </div>
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
