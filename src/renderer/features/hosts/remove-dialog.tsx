import { useRef, useState } from 'react'
import { countOf } from '../../../shared/text/numbers.ts'
import { daemon } from '../../data/daemon.ts'
import { closeDialog } from '../../data/dialog-store.ts'
import { setHostTest } from '../../data/host-view.ts'
import { useRows } from '../../data/rows-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Mark } from '../../ui/mark.tsx'
import { notify } from '../../ui/toasts.tsx'

/** Asks before a host is taken out of the configuration. */
export function RemoveHostDialog({ name }: { readonly name: string }) {
  const cancel = useRef<HTMLButtonElement>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const total = useRows((state) => state.hosts.get(name)?.processes.total ?? 0)
  const remove = async () => {
    setBusy(true)
    const answer = await daemon().call('hosts.remove', { name })
    setBusy(false)
    if (!answer.ok) {
      setProblem(`${answer.message} ${answer.hint}`.trim())
      return
    }
    setHostTest(name, null)
    closeDialog()
    notify('succeeded', `${name} was removed`)
    requestAnimationFrame(() => window.dispatchEvent(new CustomEvent('procession:focus-hosts')))
  }
  return (
    <Dialog
      title={`Remove ${name}?`}
      narrow
      role="alertdialog"
      onClose={closeDialog}
      initialFocus={cancel}
      foot={
        <>
          <Button look="danger" disabled={busy} onClick={() => void remove()}>
            Remove
          </Button>
          <Button ref={cancel} onClick={closeDialog}>
            Cancel
          </Button>
        </>
      }
    >
      <p>It is taken out of config.yaml, whose comments stay, and its connection is closed.</p>
      {total > 0 && <p>{countOf(total, 'process', 'processes')} of yours name it, so it stays in the list.</p>}
      {problem !== null && (
        <p className="field-error" role="alert">
          <Mark kind="failed" />
          <span>{problem}</span>
        </p>
      )}
    </Dialog>
  )
}
