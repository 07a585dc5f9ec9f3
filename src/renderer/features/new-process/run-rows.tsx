import { FormRow } from '../../ui/field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { Select } from '../../ui/select.tsx'
import { type Field, type FieldErrors, type Form, restartOf } from './form.ts'
import { readyExample, readyKinds, readyWord } from './form-ready.ts'

const restartChoices = [
  { value: 'never', label: 'Leave it' },
  { value: 'on-failure', label: 'Restart on failure' },
  { value: 'always', label: 'Always restart' },
] as const

type RunRowsProps = {
  readonly form: Form
  readonly errors: FieldErrors
  readonly onChange: (field: Field, value: string) => void
}

/** What happens when it ends, and how it is known that it can be used. */
export function RunRows({ form, errors, onChange }: RunRowsProps) {
  const restart = restartOf(form)
  return (
    <>
      <FormRow
        label="If it ends"
        hint={restart === 'never' ? undefined : 'Waits 0, 1, 2, 4 … 60 s; gives up after 5 early ends within 60 s.'}
      >
        {({ 'aria-invalid': _, ...wiring }) => (
          <Segmented
            label="If it ends"
            value={restart}
            options={restartChoices}
            onChange={(value) => onChange('restart', value)}
            {...wiring}
          />
        )}
      </FormRow>
      <FormRow label="Ready when" error={errors.readyValue}>
        {(wiring) => (
          <div className="ready-row">
            <Select
              value={form.ready}
              options={readyKinds.map((kind) => ({ value: kind, label: readyWord[kind] }))}
              onChange={(value) => onChange('ready', value)}
              {...wiring}
            />
            {form.ready !== 'none' && <ReadyFields form={form} errors={errors} onChange={onChange} />}
          </div>
        )}
      </FormRow>
    </>
  )
}

function ReadyFields({ form, errors, onChange }: RunRowsProps) {
  const kind = readyKinds.find((known) => known === form.ready) ?? 'none'
  return (
    <>
      <div className={errors.readyValue === undefined ? 'field value' : 'field value bad'}>
        <input
          className="mono"
          aria-label={`Ready when ${readyWord[kind].toLowerCase()}`}
          aria-invalid={errors.readyValue === undefined ? undefined : true}
          spellCheck={false}
          autoComplete="off"
          placeholder={readyExample[kind]}
          value={form.readyValue}
          onChange={(event) => onChange('readyValue', event.target.value)}
        />
      </div>
      <span className="muted">within</span>
      <div className="field seconds">
        <input
          aria-label="Seconds until it must be ready"
          inputMode="decimal"
          autoComplete="off"
          value={form.readyTimeout}
          onChange={(event) => onChange('readyTimeout', event.target.value)}
        />
        s
      </div>
    </>
  )
}
