import { useRef } from 'react'
import { closeDialog } from '../../data/dialog-store.ts'
import { useRows } from '../../data/rows-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'

type ActivateProps = {
  readonly sessionId: string
  /** What the session would run, as the daemon lists it. */
  readonly wouldRun: string
  readonly onActivate: (sessionId: string) => void
}

/** Asks before a session that this machine has not run before runs anything. */
export function ActivateDialog({ sessionId, wouldRun, onActivate }: ActivateProps) {
  const cancel = useRef<HTMLButtonElement>(null)
  const name = useRows((state) => state.sessions.get(sessionId)?.name ?? 'the session')
  return (
    <Dialog
      title={`Activate ${name}?`}
      role="alertdialog"
      onClose={closeDialog}
      initialFocus={cancel}
      foot={
        <>
          <Button
            look="primary"
            onClick={() => {
              closeDialog()
              onActivate(sessionId)
            }}
          >
            Activate
          </Button>
          <Button ref={cancel} onClick={closeDialog}>
            Cancel
          </Button>
        </>
      }
    >
      <p className="as-written">{wouldRun}</p>
    </Dialog>
  )
}
