import { type FormEvent, useId, useRef, useState } from 'react'
import type { Result } from '../../../shared/domain/result.ts'
import { parseMoment } from '../../../shared/text/parse-moment.ts'
import { closeDialog } from '../../data/dialog-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextRow } from '../../ui/field.tsx'

const forms = '14:05, 14:05:09, yesterday 23:50, 10m ago, 2026-01-31 14:05'

/** Asks for a time and shows the log there. `onGo` fails where the log cannot be read. */
export function TimeDialog({ onGo }: { readonly onGo: (at: number) => Promise<Result<unknown>> }) {
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const formId = useId()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    const moment = parseMoment(text, Date.now())
    if (!moment.ok) {
      setProblem(text.trim() === '' ? `Give a time, such as ${forms}.` : `${text.trim()} is not a time. Try ${forms}.`)
      return
    }
    setBusy(true)
    const shown = await onGo(moment.value)
    setBusy(false)
    if (shown.ok) closeDialog()
    else setProblem(`${shown.message} ${shown.hint}`.trim())
  }
  return (
    <Dialog
      title="Go to time"
      narrow
      onClose={closeDialog}
      initialFocus={field}
      foot={
        <>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button look="primary" type="submit" form={formId} disabled={busy}>
            Go
          </Button>
        </>
      }
    >
      <form id={formId} className="log-form" onSubmit={(event) => void submit(event)}>
        <TextRow
          ref={field}
          label="Time"
          placeholder="14:05"
          hint={`For example ${forms}`}
          error={problem}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </form>
    </Dialog>
  )
}
