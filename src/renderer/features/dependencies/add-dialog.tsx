import { Copy } from 'lucide-react'
import { type FormEvent, useId, useMemo, useRef, useState } from 'react'
import { type OnLoss, onLossChoices } from '../../../shared/domain/dependence.ts'
import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import { addDependence, type NamedDependence } from '../../app/actions/dependence-actions.ts'
import { closeDialog } from '../../data/dialog-store.ts'
import { revealSession } from '../../data/graph-store.ts'
import { useProcessDetail } from '../../data/process-detail.ts'
import { useRows } from '../../data/rows-store.ts'
import { useSettledRows } from '../../data/settled-rows.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FormRow } from '../../ui/field.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Select } from '../../ui/select.tsx'
import { notify } from '../../ui/toasts.tsx'
import { likelyState, lossOptions, processOptions, refusal, sameCommand, stateOptions } from './add-form.ts'
import { selectProcess } from './select.ts'

type AddDependencyProps = { readonly parentId: string | null; readonly childId: string | null }

/** Lets one process wait for another. */
export function AddDependencyDialog(props: AddDependencyProps) {
  const form = useAddForm(props)
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)
  const first = useRef<HTMLButtonElement>(null)
  const formId = useId()
  const { named, child } = form

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!named || !child || busy) {
      setError('Choose a parent and a child.')
      return
    }
    setBusy(true)
    const answer = await addDependence(named)
    setBusy(false)
    if (!answer.ok) {
      setError(refusal(answer))
      return
    }
    closeDialog()
    revealSession(child.sessionId)
    selectProcess(child.id)
    if (answer.value.added === 0) notify('succeeded', `${named.child} waits for ${named.parent} already`)
  }
  const changing = (change: () => void) => {
    setError(undefined)
    change()
  }
  return (
    <Dialog
      title="Add dependency"
      onClose={closeDialog}
      initialFocus={first}
      foot={
        <>
          <SameCommand named={named} />
          <Button onClick={closeDialog}>Cancel</Button>
          <Button look="primary" type="submit" form={formId} disabled={busy}>
            Add
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate>
        <FormRow label="Parent" hint="What has to come first.">
          {(wiring) => (
            <Select
              ref={first}
              value={form.parent?.id ?? ''}
              options={form.parents}
              placeholder="Choose a process"
              onChange={(id) => changing(() => form.setParent(id))}
              {...wiring}
            />
          )}
        </FormRow>
        <FormRow label="Must be">
          {(wiring) => (
            <Select
              value={form.state}
              options={form.states}
              onChange={(state) => changing(() => form.setState(state))}
              {...wiring}
            />
          )}
        </FormRow>
        <FormRow label="Child" hint="What waits for it.">
          {(wiring) => (
            <Select
              value={child?.id ?? ''}
              options={form.children}
              placeholder="Choose a process"
              onChange={(id) => changing(() => form.setChild(id))}
              {...wiring}
            />
          )}
        </FormRow>
        <FormRow label="If it is lost" hint="What the child does when the parent is no longer what it must be.">
          {(wiring) => (
            <Select
              value={form.onLoss}
              options={lossOptions}
              onChange={(value) => changing(() => form.setOnLoss(value))}
              {...wiring}
            />
          )}
        </FormRow>
        {error !== undefined && (
          <p className="field-error" role="alert">
            <Mark kind="failed" />
            <span>{error}</span>
          </p>
        )}
      </form>
    </Dialog>
  )
}

/** What was chosen, and what can be: the child is of the same session as its parent. */
function useAddForm(props: AddDependencyProps) {
  const { processes, sessions } = useSettledRows((state) => state.rows)
  const [parentId, setParentId] = useState(props.parentId)
  const [childId, setChildId] = useState(props.childId)
  const [chosenState, setState] = useState<string | null>(null)
  const [onLoss, setOnLoss] = useState<OnLoss>('keep')
  const detail = useProcessDetail(parentId)
  const parent = processes.get(parentId ?? '')
  const child = processes.get(childId ?? '')
  const state = chosenState ?? likelyState(detail)
  const options = useMemo(() => processOptions({ processes: [...processes.values()], sessions }), [processes, sessions])
  const inSessionOf = (row: ProcessRow | undefined, notId: string | null) =>
    options.filter(({ value }) => value !== notId && (!row || processes.get(value)?.sessionId === row.sessionId))
  return {
    parent,
    child,
    state,
    onLoss,
    parents: inSessionOf(props.childId === null ? undefined : child, childId),
    children: inSessionOf(parent, parentId),
    states: stateOptions(detail),
    named: useNamed(parent, child, state, onLoss),
    setParent: (id: string) => {
      setParentId(id)
      setState(null)
      const session = processes.get(id)?.sessionId
      if (child && child.sessionId !== session) setChildId(null)
    },
    setState,
    setChild: setChildId,
    setOnLoss: (value: string) => setOnLoss(onLossChoices.find((choice) => choice === value) ?? 'keep'),
  }
}

function useNamed(
  parent: ProcessRow | undefined,
  child: ProcessRow | undefined,
  state: string,
  onLoss: OnLoss,
): NamedDependence | null {
  const workspace = useRows((rows) => rows.sessions.get(parent?.sessionId ?? '')?.path)
  if (!parent || !child || workspace === undefined) return null
  return { workspace, parent: displayName(parent), child: displayName(child), state, onLoss }
}

function SameCommand({ named }: { readonly named: NamedDependence | null }) {
  if (!named) return <span className="equal-line" />
  const shown = sameCommand(named)
  return (
    <div className="equal-line">
      <span className="small muted mono cut" title={shown}>
        {shown}
      </span>
      <IconButton label="Copy command" icon={Copy} size="small" onClick={() => void copyText(shown, 'Command')} />
    </div>
  )
}
