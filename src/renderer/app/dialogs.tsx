import { runCommand } from '../data/commands.ts'
import { desktopLink } from '../data/desktop-link.ts'
import { closeDialog, useDialog } from '../data/dialog-store.ts'
import { useRows } from '../data/rows-store.ts'
import { useSelection } from '../data/selection-store.ts'
import { useSettledRows } from '../data/settled-rows.ts'
import { KeysDialog } from '../features/help/keys-dialog.tsx'
import { NewProcessDialog } from '../features/new-process/new-process-dialog.tsx'
import { Palette } from '../features/palette/palette.tsx'
import { KillDialog } from '../features/stop/kill-dialog.tsx'
import { QuitDialog } from '../features/stop/quit-dialog.tsx'
import { kill } from './actions/process-actions.ts'
import { showProcess } from './actions/use-app-commands.ts'

const sessionOfSelection = (): string | null => {
  const { shown } = useSelection.getState()
  return shown === null ? null : (useRows.getState().processes.get(shown)?.sessionId ?? null)
}

/** A new row comes with the feed, a moment after the answer to the start; it takes the keyboard once the grid has it. */
function showWhenThere(id: string): void {
  const isThere = () => useSettledRows.getState().rows.processes.has(id)
  if (isThere()) {
    showProcess(id)
    return
  }
  const stop = useSettledRows.subscribe(() => {
    if (!isThere()) return
    stop()
    showProcess(id)
  })
}

/** The one dialog that is open. */
export function Dialogs() {
  const open = useDialog((state) => state.open)
  if (!open) return null
  switch (open.kind) {
    case 'new-process':
      return <NewProcessDialog sessionId={sessionOfSelection()} onStarted={showWhenThere} />
    case 'kill':
      return <KillDialog ids={open.ids} onKill={kill} />
    case 'quit':
      return <QuitDialog running={open.running} onQuit={(stopAll) => desktopLink()?.post({ kind: 'quit', stopAll })} />
    case 'keys':
      return <KeysDialog />
    case 'palette':
      return <Palette onClose={closeDialog} onCommand={runCommand} onShow={showProcess} />
  }
}
