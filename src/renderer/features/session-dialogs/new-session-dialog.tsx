import { type FormEvent, useId, useRef, useState } from 'react'
import { daemon } from '../../data/daemon.ts'
import { closeDialog } from '../../data/dialog-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextRow } from '../../ui/field.tsx'
import { notify } from '../../ui/toasts.tsx'

type Errors = { readonly name?: string; readonly path?: string }

/** What is wrong with the fields; empty when the session can be made. */
function problemsOf(name: string, path: string): Errors {
  if (path !== '' && !path.startsWith('/')) return { path: 'Give the whole path, from / on.' }
  return name === '' && path === '' ? { name: 'Give a name, a folder, or both.' } : {}
}

/** Makes a session, or opens the one that a folder holds already. */
export function NewSessionDialog() {
  const [name, setName] = useState('')
  const [path, setPath] = useState('')
  const [errors, setErrors] = useState<Errors>({})
  const [busy, setBusy] = useState(false)
  const first = useRef<HTMLInputElement>(null)
  const formId = useId()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const problems = problemsOf(name, path)
    setErrors(problems)
    if (Object.keys(problems).length > 0 || busy) return
    setBusy(true)
    const input = { ...(name === '' ? {} : { name }), ...(path === '' ? {} : { path }) }
    const made = await daemon().call('sessions.init', input)
    setBusy(false)
    if (!made.ok) {
      const sentence = `${made.message} ${made.hint}`.trim()
      setErrors(path === '' ? { name: sentence } : { path: sentence })
      return
    }
    closeDialog()
    const { session, created } = made.value
    notify('succeeded', created ? `Session ${session.name} is ready` : `Session ${session.name} is open`, session.path)
  }
  return (
    <Dialog
      title="New session"
      onClose={closeDialog}
      initialFocus={first}
      foot={
        <>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button look="primary" type="submit" form={formId} disabled={busy}>
            Make session
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate>
        <TextRow
          label="Name"
          ref={first}
          value={name}
          error={errors.name}
          hint="Taken from the folder when this is empty."
          onChange={(event) => setName(event.target.value)}
        />
        <TextRow
          label="Folder"
          mono
          value={path}
          error={errors.path}
          hint="Made if it does not exist; one that holds a session is opened. Empty: a folder of its own."
          placeholder="/home/me/work"
          onChange={(event) => setPath(event.target.value)}
        />
      </form>
    </Dialog>
  )
}
