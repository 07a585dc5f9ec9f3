import { ChevronRight, Copy } from 'lucide-react'
import { type FormEvent, type KeyboardEvent, useId, useRef, useState } from 'react'
import type { SessionRow } from '../../../shared/domain/rows.ts'
import { daemon } from '../../data/daemon.ts'
import { closeDialog } from '../../data/dialog-store.ts'
import { useRows } from '../../data/rows-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FormRow, TextRow } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import {
  aliasHint,
  changedForm,
  emptyForm,
  equalLine,
  type Field,
  type FieldErrors,
  type Form,
  failureSentence,
  fieldOfFailure,
  newSession,
  otherHostOf,
  problemsOf,
  startInput,
  stopSignals,
  workspaceOf,
} from './form.ts'
import { HostRow } from './host-row.tsx'
import { RunRows } from './run-rows.tsx'
import { TerminalRow } from './terminal-row.tsx'

type NewProcessProps = {
  /** The session to begin with; the first one, or a new one, when it is null. */
  readonly sessionId: string | null
  readonly onStarted: (processId: string) => void
}

/** Starts a program as a process of a session. */
export function NewProcessDialog({ sessionId, onStarted }: NewProcessProps) {
  const sessions = useWritableSessions()
  const rows = useRows((state) => state.processes)
  const [form, setForm] = useState(() => emptyForm(firstSession(sessions, sessionId)))
  const [errors, setErrors] = useState<FieldErrors>({})
  const [busy, setBusy] = useState(false)
  const command = useRef<HTMLInputElement>(null)
  const formId = useId()
  const known = { sessions, rows: [...rows.values()] }
  const workspace = workspaceOf(form, sessions)
  // The alias is judged while it is typed, so that a taken one is known before the form is sent.
  const aliasError = errors.alias ?? problemsOf(form, known).alias

  const change = (field: Field, value: string) => {
    setForm((before) => changedForm(before, field, value))
    setErrors(({ [field]: _, form: __, ...others }) => others)
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const problems = problemsOf(form, known)
    setErrors(problems)
    if (Object.keys(problems).length > 0 || busy) return
    setBusy(true)
    const started = await start(form, workspace)
    setBusy(false)
    if (typeof started === 'string') {
      closeDialog()
      onStarted(started)
    } else setErrors(started)
  }

  return (
    <Dialog
      title="New process"
      onClose={closeDialog}
      initialFocus={command}
      foot={
        <>
          <EqualLine form={form} workspace={workspace} />
          <Button onClick={closeDialog}>Cancel</Button>
          <Button look="primary" type="submit" form={formId} disabled={busy}>
            Start
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate>
        <TextRow
          label="Command"
          ref={command}
          mono
          value={form.command}
          error={errors.command}
          hint="Words as in a shell, quotes allowed. Nothing is expanded; for pipes use sh -c '…'."
          onChange={(event) => change('command', event.target.value)}
        />
        <SessionRows form={form} sessions={sessions} errors={errors} onChange={change} />
        <HostRow form={form} errors={errors} onChange={change} />
        <TextRow
          label="Name"
          value={form.alias}
          error={aliasError}
          hint={aliasHint(form, known)}
          onChange={(event) => change('alias', event.target.value)}
        />
        <TextRow
          label="Folder"
          mono
          value={form.cwd}
          error={errors.cwd}
          placeholder={otherHostOf(form) === null ? workspace : '~'}
          onChange={(event) => change('cwd', event.target.value)}
        />
        <RunRows form={form} errors={errors} onChange={change} />
        <TerminalRow form={form} onChange={change} />
        <MoreFields form={form} errors={errors} onChange={change} />
        {errors.form !== undefined && (
          <p className="field-error" role="alert">
            {errors.form}
          </p>
        )}
      </form>
    </Dialog>
  )
}

function useWritableSessions(): readonly SessionRow[] {
  const sessions = useRows((state) => state.sessions)
  return [...sessions.values()].filter(({ readOnly }) => readOnly === null)
}

const firstSession = (sessions: readonly SessionRow[], wanted: string | null): string =>
  sessions.find(({ id }) => id === wanted)?.id ?? sessions[0]?.id ?? newSession

/** The id of the started process, or what was refused, under the field that it is about. */
async function start(form: Form, workspace: string): Promise<string | FieldErrors> {
  if (form.session === newSession) {
    const made = await daemon().call('sessions.init', { path: workspace })
    if (!made.ok) return { newFolder: failureSentence(made) }
  }
  const started = await daemon().call('process.start', startInput(form, workspace))
  if (started.ok) return started.value.process.id
  return { [fieldOfFailure(started)]: failureSentence(started) }
}

type RowsProps = {
  readonly form: Form
  readonly errors: FieldErrors
  readonly onChange: (field: Field, value: string) => void
}

function SessionRows({ form, errors, onChange, sessions }: RowsProps & { readonly sessions: readonly SessionRow[] }) {
  const options = [
    ...sessions.map(({ id, name, path }) => ({ value: id, label: name, note: path })),
    { value: newSession, label: 'New session…' },
  ]
  return (
    <>
      <FormRow label="Session" error={errors.session}>
        {(wiring) => (
          <Select value={form.session} options={options} onChange={(value) => onChange('session', value)} {...wiring} />
        )}
      </FormRow>
      {form.session === newSession && (
        <TextRow
          label="Its folder"
          mono
          value={form.newFolder}
          error={errors.newFolder}
          hint="Made if it does not exist. Logs and settings of the session lie there."
          placeholder="/home/me/work"
          onChange={(event) => onChange('newFolder', event.target.value)}
        />
      )}
    </>
  )
}

function MoreFields({ form, errors, onChange }: RowsProps) {
  const [open, setOpen] = useState(false)
  const isOpen = open || Boolean(errors.environment ?? errors.stopSignal ?? errors.grace)
  const id = useId()
  return (
    <>
      <Button
        look="quiet"
        className="more"
        icon={ChevronRight}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        Environment, stop signal, grace
      </Button>
      <div id={id} className="more-fields" hidden={!isOpen}>
        <FormRow
          label="Environment"
          error={errors.environment}
          hint="One NAME=value per line. Values are not shown later."
        >
          {(wiring) => (
            <div className={errors.environment === undefined ? 'field tall' : 'field tall bad'}>
              <textarea
                className="mono"
                rows={3}
                spellCheck={false}
                value={form.environment}
                onChange={(event) => onChange('environment', event.target.value)}
                onKeyDown={keepEnter}
                {...wiring}
              />
            </div>
          )}
        </FormRow>
        <FormRow label="Stop signal" error={errors.stopSignal}>
          {(wiring) => (
            <Select
              value={form.stopSignal}
              options={stopSignals.map((signal) => ({ value: signal, label: `SIG${signal}` }))}
              onChange={(value) => onChange('stopSignal', value)}
              {...wiring}
            />
          )}
        </FormRow>
        <TextRow
          label="Grace"
          inputMode="decimal"
          value={form.grace}
          error={errors.grace}
          hint="Seconds between the signal and the kill."
          placeholder="10"
          onChange={(event) => onChange('grace', event.target.value)}
        />
      </div>
    </>
  )
}

/** Enter makes a new line here instead of starting the process. */
const keepEnter = (event: KeyboardEvent) => {
  if (event.key === 'Enter') event.stopPropagation()
}

function EqualLine({ form, workspace }: { readonly form: Form; readonly workspace: string }) {
  const shown = equalLine(form, workspace, 'hide')
  return (
    <div className="equal-line">
      <span className="small muted mono cut" title={shown}>
        {shown}
      </span>
      <IconButton
        label="Copy command"
        icon={Copy}
        size="small"
        onClick={() => void copyText(equalLine(form, workspace, 'keep'), 'Command')}
      />
    </div>
  )
}
