import { type ComponentPropsWithRef, type ReactNode, useId } from 'react'
import { Mark } from './mark.tsx'

type RowProps = {
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
}

/** Attributes that tie a control to its label and to the sentence below it. */
type Wiring = {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': true | undefined
}

/** A labelled line of a form with a hint or an error under its control. */
export function FormRow({
  label,
  hint,
  error,
  children,
}: RowProps & { readonly children: (wiring: Wiring) => ReactNode }) {
  const id = useId()
  const below = error ?? hint
  const wiring: Wiring = {
    id,
    'aria-describedby': below ? `${id}-below` : undefined,
    'aria-invalid': error ? true : undefined,
  }
  return (
    <div className="form-row">
      <label htmlFor={id}>{label}</label>
      <div>
        {children(wiring)}
        {error !== undefined && (
          <p id={`${id}-below`} className="field-error" role="alert">
            <Mark kind="failed" />
            <span>{error}</span>
          </p>
        )}
        {error === undefined && hint !== undefined && (
          <p id={`${id}-below`} className="hint">
            {hint}
          </p>
        )}
      </div>
    </div>
  )
}

export function TextRow({
  label,
  hint,
  error,
  mono = false,
  ...input
}: RowProps & { readonly mono?: boolean } & Omit<ComponentPropsWithRef<'input'>, 'id'>) {
  return (
    <FormRow label={label} hint={hint} error={error}>
      {(wiring) => (
        <div className={error === undefined ? 'field' : 'field bad'}>
          <input className={mono ? 'mono' : undefined} spellCheck={false} autoComplete="off" {...input} {...wiring} />
        </div>
      )}
    </FormRow>
  )
}
