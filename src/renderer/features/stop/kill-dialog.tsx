import { useRef } from 'react'
import { displayName } from '../../../shared/domain/rows.ts'
import { killBody, killTitle } from '../../../shared/text/messages.ts'
import { closeDialog } from '../../data/dialog-store.ts'
import type { Rows } from '../../data/rows.ts'
import { rowsOf, useRows } from '../../data/rows-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'

/** Asks before a process is killed without its grace. */
export function KillDialog({
  ids,
  onKill,
}: {
  readonly ids: readonly string[]
  readonly onKill: (ids: readonly string[]) => void
}) {
  const cancel = useRef<HTMLButtonElement>(null)
  const names = rowsOf(ids).map(displayName)
  const children = useRows((state) => childrenOf(ids, state.dependences))
  return (
    <Dialog
      title={killTitle(names)}
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
              onKill(ids)
            }}
          >
            Kill
          </Button>
          <Button ref={cancel} onClick={closeDialog}>
            Cancel
          </Button>
        </>
      }
    >
      <p>{killBody(names.length, children)}</p>
    </Dialog>
  )
}

/** How many other processes depend on these. */
function childrenOf(ids: readonly string[], dependences: Rows['dependences']): number {
  const children = [...dependences.values()]
    .flat()
    .flatMap(({ parent, childId }) =>
      parent.kind === 'process' && ids.includes(parent.id) && !ids.includes(childId) ? childId : [],
    )
  return new Set(children).size
}
