import { endsWithDaemon } from '../../../shared/text/terminal.ts'
import { FormRow } from '../../ui/field.tsx'
import { type Field, type Form, hasTerminal } from './form.ts'

/** Whether the program gets a terminal, and what follows from it. */
export function TerminalRow({
  form,
  onChange,
}: {
  readonly form: Form
  readonly onChange: (field: Field, value: string) => void
}) {
  return (
    <FormRow label="Terminal" hint={`For programs that ask or draw. ${endsWithDaemon}`}>
      {(wiring) => (
        <label className="check-label">
          <input
            type="checkbox"
            checked={hasTerminal(form)}
            onChange={(event) => onChange('terminal', event.target.checked ? 'yes' : '')}
            {...wiring}
          />
          Give it a terminal
        </label>
      )}
    </FormRow>
  )
}
