import { useRef } from 'react'
import { type GoesOn, quitSentences, quitTitle } from '../../../shared/text/quit.ts'
import { closeDialog } from '../../data/dialog-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'

/** Asks what becomes of living processes when the application quits. */
export function QuitDialog({
  goesOn,
  onQuit,
}: {
  readonly goesOn: GoesOn
  readonly onQuit: (stopAll: boolean) => void
}) {
  const leave = useRef<HTMLButtonElement>(null)
  const quit = (stopAll: boolean) => {
    closeDialog()
    onQuit(stopAll)
  }
  return (
    <Dialog
      title={quitTitle(goesOn)}
      narrow
      role="alertdialog"
      onClose={closeDialog}
      initialFocus={leave}
      foot={
        <>
          <Button look="primary" ref={leave} onClick={() => quit(false)}>
            Leave running
          </Button>
          <Button look="danger" onClick={() => quit(true)}>
            Stop all and quit
          </Button>
          <Button onClick={closeDialog}>Cancel</Button>
        </>
      }
    >
      {quitSentences(goesOn).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </Dialog>
  )
}
