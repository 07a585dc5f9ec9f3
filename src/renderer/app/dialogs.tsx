import { runCommand } from '../data/commands.ts'
import { currentSession } from '../data/current-session.ts'
import { desktopLink } from '../data/desktop-link.ts'
import { closeDialog, useDialog } from '../data/dialog-store.ts'
import { useRows } from '../data/rows-store.ts'
import { onceSettled } from '../data/settled-rows.ts'
import { AddDependencyDialog } from '../features/dependencies/add-dialog.tsx'
import { KeysDialog } from '../features/help/keys-dialog.tsx'
import { AddHostDialog } from '../features/hosts/add-dialog.tsx'
import { RemoveHostDialog } from '../features/hosts/remove-dialog.tsx'
import { TrustDialog } from '../features/hosts/trust-dialog.tsx'
import { NewProcessDialog } from '../features/new-process/new-process-dialog.tsx'
import { Palette } from '../features/palette/palette.tsx'
import { ActivateDialog } from '../features/session-dialogs/activate-dialog.tsx'
import { DeactivateDialog } from '../features/session-dialogs/deactivate-dialog.tsx'
import { NewSessionDialog } from '../features/session-dialogs/new-session-dialog.tsx'
import { KillDialog } from '../features/stop/kill-dialog.tsx'
import { QuitDialog } from '../features/stop/quit-dialog.tsx'
import { showHost, tellAdded } from './actions/host-actions.ts'
import { kill } from './actions/process-actions.ts'
import { activate, deactivate } from './actions/session-actions.ts'
import { showProcess } from './actions/use-app-commands.ts'

/** A new row takes the keyboard once the grid has it. */
const showWhenThere = (id: string): void =>
  onceSettled(
    ({ processes }) => processes.has(id),
    () => showProcess(id),
  )

function activateKnowingly(id: string): void {
  const session = useRows.getState().sessions.get(id)
  if (session) void activate(session, true)
}

/** The one dialog that is open. */
export function Dialogs() {
  const open = useDialog((state) => state.open)
  if (!open) return null
  switch (open.kind) {
    case 'new-process':
      return <NewProcessDialog sessionId={currentSession()?.id ?? null} onStarted={showWhenThere} />
    case 'kill':
      return <KillDialog ids={open.ids} onKill={kill} />
    case 'quit':
      return <QuitDialog goesOn={open.goesOn} onQuit={(stopAll) => desktopLink()?.post({ kind: 'quit', stopAll })} />
    case 'new-session':
      return <NewSessionDialog />
    case 'activate':
      return <ActivateDialog sessionId={open.sessionId} wouldRun={open.wouldRun} onActivate={activateKnowingly} />
    case 'deactivate':
      return <DeactivateDialog sessionId={open.sessionId} onDeactivate={(id) => void deactivate(id)} />
    case 'dependence':
      return <AddDependencyDialog parentId={open.parentId} childId={open.childId} />
    case 'add-host':
      return <AddHostDialog onAdded={tellAdded} />
    case 'trust-host':
      return <TrustDialog name={open.name} />
    case 'remove-host':
      return <RemoveHostDialog name={open.name} />
    case 'log-time':
    case 'log-save':
      return null
    case 'keys':
      return <KeysDialog />
    case 'palette':
      return <Palette onClose={closeDialog} onCommand={runCommand} onShow={showProcess} onHost={showHost} />
  }
}
