import { useRef } from 'react'
import { deactivateSentences } from '../../../shared/text/deactivate.ts'
import { closeDialog } from '../../data/dialog-store.ts'
import { useRows } from '../../data/rows-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'

/** Asks before a session is no longer supervised, and says what stops with it. */
export function DeactivateDialog({
  sessionId,
  onDeactivate,
}: {
  readonly sessionId: string
  readonly onDeactivate: (sessionId: string) => void
}) {
  const cancel = useRef<HTMLButtonElement>(null)
  const name = useRows((state) => state.sessions.get(sessionId)?.name ?? 'the session')
  const processes = useRows((state) => state.processes)
  const sentences = deactivateSentences([...processes.values()].filter((row) => row.sessionId === sessionId))
  return (
    <Dialog
      title={`Deactivate ${name}?`}
      narrow
      role="alertdialog"
      onClose={closeDialog}
      initialFocus={cancel}
      foot={
        <>
          <Button
            look="danger"
            onClick={() => {
              closeDialog()
              onDeactivate(sessionId)
            }}
          >
            Deactivate
          </Button>
          <Button ref={cancel} onClick={closeDialog}>
            Cancel
          </Button>
        </>
      }
    >
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </Dialog>
  )
}
