import { type FormEvent, useId, useRef, useState } from 'react'
import { daemon } from '../../data/daemon.ts'
import { closeDialog } from '../../data/dialog-store.ts'
import { useSuggestedHosts } from '../../data/hosts.ts'
import { useRows } from '../../data/rows-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FormRow, TextRow } from '../../ui/field.tsx'
import { Suggest } from '../../ui/suggest.tsx'
import { type AddHostErrors, type AddHostForm, addInput, emptyForm, problemsOf, refusalOf } from './add-form.ts'

/** Adds a machine to the configuration. Nothing is contacted yet. */
export function AddHostDialog({ onAdded }: { readonly onAdded: (name: string) => void }) {
  const suggestions = useSuggestedHosts()
  const hosts = useRows((state) => state.hosts)
  const [form, setForm] = useState(emptyForm)
  const [errors, setErrors] = useState<AddHostErrors>({})
  const [busy, setBusy] = useState(false)
  const first = useRef<HTMLInputElement>(null)
  const formId = useId()
  const change = (field: keyof AddHostForm, value: string) => {
    setForm((before) => ({ ...before, [field]: value }))
    setErrors(({ [field]: _, ...others }) => others)
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const configured = new Set([...hosts.values()].flatMap(({ name, from }) => (from === 'config' ? name : [])))
    const problems = problemsOf(form, configured)
    setErrors(problems)
    if (Object.keys(problems).length > 0 || busy) return
    setBusy(true)
    const added = await daemon().call('hosts.add', addInput(form))
    setBusy(false)
    if (!added.ok) {
      setErrors(refusalOf(added))
      return
    }
    closeDialog()
    onAdded(added.value.name)
  }
  return (
    <Dialog
      title="Add host"
      onClose={closeDialog}
      initialFocus={first}
      foot={
        <>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button look="primary" type="submit" form={formId} disabled={busy}>
            Add
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate>
        <FormRow
          label="Name"
          error={errors.name}
          hint="As you type it after ssh: a name of ~/.ssh/config, user@machine, or an address."
        >
          {(wiring) => (
            <Suggest
              ref={first}
              label="Name"
              value={form.name}
              suggestions={suggestions}
              bad={errors.name !== undefined}
              onChange={(value) => change('name', value)}
              {...wiring}
            />
          )}
        </FormRow>
        <TextRow
          label="SSH config"
          mono
          value={form.sshConfig}
          error={errors.sshConfig}
          placeholder="~/.ssh/config"
          hint="Another file of OpenSSH settings for this host. Empty: yours."
          onChange={(event) => change('sshConfig', event.target.value)}
        />
        <TextRow
          label="Sessions"
          inputMode="numeric"
          value={form.maxParallel}
          error={errors.maxParallel}
          placeholder="4"
          hint="For logs and slow questions at the same time, over one connection. sshd usually allows 10."
          onChange={(event) => change('maxParallel', event.target.value)}
        />
      </form>
    </Dialog>
  )
}
