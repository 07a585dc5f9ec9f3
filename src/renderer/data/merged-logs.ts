import { useMemo } from 'react'
import { create } from 'zustand'
import { countOf } from '../../shared/text/numbers.ts'
import { groupPrefix } from './current-session.ts'
import { useRows } from './rows-store.ts'
import { useSelection } from './selection-store.ts'
import { prefer, useView } from './view-store.ts'

/** The session whose logs somebody asked for; they are shown while the keyboard is on its head in the grid. */
const useAsked = create<{ readonly sessionId: string | null }>()(() => ({ sessionId: null }))

/** Shows the logs of all processes of a session as one. */
export function showSessionLogs(sessionId: string): void {
  useAsked.setState({ sessionId })
  useSelection.setState({ selected: new Set(), cursor: `${groupPrefix}${sessionId}`, anchor: null })
  prefer({ detailsTab: 'logs' })
  useView.setState({ screen: 'sessions', detailsOpen: true })
}

/** Processes whose logs are shown as one, and what that is called. */
export type Together = { readonly ids: readonly string[]; readonly title: string }

/** True while the logs are shown: also of a process without the terminal that was looked at before. */
function useIsLogs(): boolean {
  const tab = useView((state) => state.detailsTab)
  const shown = useSelection((state) => state.shown)
  const hasTerminal = useRows((state) => shown !== null && state.processes.get(shown)?.pty === true)
  return tab === 'logs' || (tab === 'terminal' && !hasTerminal)
}

/** Those of the selected processes, where there are several, or of the session that was asked for; else null. */
export function useTogether(): Together | null {
  const asked = useAsked((state) => state.sessionId)
  const selected = useSelection((state) => state.selected)
  const cursor = useSelection((state) => state.cursor)
  const isLogs = useIsLogs()
  const sessionId = selected.size < 2 && asked !== null && cursor === `${groupPrefix}${asked}` ? asked : null
  const name = useRows((state) => (sessionId === null ? '' : (state.sessions.get(sessionId)?.name ?? '')))
  const ofSession = useRows(({ processes }) =>
    sessionId === null
      ? ''
      : [...processes.values()].flatMap((row) => (row.sessionId === sessionId ? row.id : [])).join('\n'),
  )
  return useMemo(() => {
    if (!isLogs) return null
    if (selected.size >= 2)
      return { ids: [...selected], title: `Logs of ${countOf(selected.size, 'process', 'processes')}` }
    return ofSession === '' ? null : { ids: ofSession.split('\n'), title: `Logs of ${name}` }
  }, [isLogs, selected, ofSession, name])
}
