import type { Failure } from '../../../shared/domain/result.ts'
import type { SessionRow } from '../../../shared/domain/rows.ts'
import { countOf } from '../../../shared/text/numbers.ts'
import { isConsentNeeded } from '../../../shared/text/refusals.ts'
import { currentSession, groupPrefix } from '../../data/current-session.ts'
import { daemon } from '../../data/daemon.ts'
import { desktopLink } from '../../data/desktop-link.ts'
import { openDialog } from '../../data/dialog-store.ts'
import { showSessionLogs } from '../../data/merged-logs.ts'
import type { Rows } from '../../data/rows.ts'
import { useRows } from '../../data/rows-store.ts'
import { useSelection } from '../../data/selection-store.ts'
import { onceSettled } from '../../data/settled-rows.ts'
import { clearFilters, prefer, useView } from '../../data/view-store.ts'
import { notify } from '../../ui/toasts.tsx'

function tell(title: string, failure: Failure): void {
  if (failure.code !== 'cancelled') notify('failed', title, `${failure.message} ${failure.hint}`.trim())
}

/** Supervises a session from now on. `yes`: the person has seen what it would run. */
export async function activate(session: SessionRow, yes: boolean): Promise<void> {
  const answer = await daemon().call('sessions.activate', { workspace: session.path, yes })
  if (!answer.ok) {
    if (!yes && isConsentNeeded(answer)) {
      openDialog({ kind: 'activate', sessionId: session.id, wouldRun: answer.message })
      return
    }
    tell(`${session.name} could not be activated`, answer)
    return
  }
  const { adopted } = answer.value
  if (adopted.length > 0) {
    notify(
      'running',
      `${session.name} is supervised`,
      `${countOf(adopted.length, 'process', 'processes')} ran already.`,
    )
  }
}

export function activateCurrent(): void {
  const session = currentSession()
  if (session) void activate(session, false)
}

/** Asks first: what has shutdown 1 is stopped. */
export function askToDeactivate(): void {
  const session = currentSession()
  if (session) openDialog({ kind: 'deactivate', sessionId: session.id })
}

/** Stops supervising a session, and what is to stop with it. */
export async function deactivate(sessionId: string): Promise<void> {
  const session = useRows.getState().sessions.get(sessionId)
  if (!session) return
  const answer = await daemon().call('sessions.deactivate', { workspace: session.path })
  if (!answer.ok) {
    tell(`${session.name} could not be deactivated`, answer)
    return
  }
  const { survivors } = answer.value
  if (survivors.length === 0) return
  const names = survivors.map(({ name, pids }) => `${name} (pid ${pids.join(', ')})`).join(', ')
  notify('failed', `${countOf(survivors.length, 'process', 'processes')} of ${session.name} did not end`, names)
}

/** Makes the sample session, which starts, and shows it. False where it was refused, which is said. */
export async function makeSample(): Promise<boolean> {
  const made = await daemon().call('sessions.sample', {})
  if (!made.ok) {
    tell('The sample session could not be made', made)
    return false
  }
  showSession(made.value.session.id)
  return true
}

/** Brings a session into sight, with the keyboard on its head, as soon as its rows have come. */
function showSession(id: string): void {
  clearFilters()
  prefer({ groupBy: 'session' })
  useView.setState({ screen: 'sessions' })
  const isThere = ({ processes }: Rows) => [...processes.values()].some(({ sessionId }) => sessionId === id)
  onceSettled(isThere, () => {
    useSelection.setState((before) => ({ ...before, cursor: `${groupPrefix}${id}` }))
    requestAnimationFrame(() => window.dispatchEvent(new CustomEvent('procession:focus-grid')))
  })
}

/** The logs of all its processes as one. */
export function showLogsOfCurrent(): void {
  const session = currentSession()
  if (session) showSessionLogs(session.id)
}

export function openFolderOfCurrent(): void {
  const session = currentSession()
  if (session) desktopLink()?.post({ kind: 'open-folder', sessionId: session.id })
}
