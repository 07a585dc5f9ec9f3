import { Autocomplete } from '@base-ui/react/autocomplete'
import { ChevronDown } from 'lucide-react'
import { type Ref, useRef, useState } from 'react'
import { Icon } from './button.tsx'

type SuggestProps = {
  /** As its label says: while the list is open screen readers hear nothing else of the page. */
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** What may be meant; any other text is as good. */
  readonly suggestions: readonly string[]
  /** What to know of a suggestion. */
  readonly noteOf?: (suggestion: string) => string
  readonly bad: boolean
  readonly placeholder?: string
  readonly ref?: Ref<HTMLInputElement>
  readonly id?: string
  readonly 'aria-describedby'?: string | undefined
  readonly 'aria-invalid'?: true | undefined
}

/** A text field that offers what is known while somebody types. */
export function Suggest({ label, value, onChange, suggestions, noteOf, bad, ...input }: SuggestProps) {
  const field = useRef<HTMLDivElement>(null)
  const place = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)
  const typed = value.toLowerCase()
  const offered = suggestions.filter((one) => one !== value && one.toLowerCase().includes(typed))
  return (
    <Autocomplete.Root
      items={offered}
      filter={null}
      value={value}
      onValueChange={onChange}
      // While it is open the rest of the page is hidden from screen readers: never for an empty list.
      open={open && offered.length > 0}
      onOpenChange={setOpen}
      openOnInputClick
    >
      <div ref={field} className={bad ? 'field bad' : 'field'}>
        <Autocomplete.Input aria-label={label} spellCheck={false} {...input} />
        {suggestions.length > 0 && (
          <Autocomplete.Trigger className="open-list" aria-label={`Known for ${label}`} tabIndex={-1}>
            <Icon of={ChevronDown} />
          </Autocomplete.Trigger>
        )}
      </div>
      <div ref={place} />
      {/* Beside the field: what floats elsewhere in the page belongs to no part of it. */}
      <Autocomplete.Portal container={place}>
        <Autocomplete.Positioner
          anchor={field}
          positionMethod="fixed"
          className="layer select"
          sideOffset={5}
          align="start"
        >
          <Autocomplete.Popup className="popup menu suggestions">
            <Autocomplete.List>
              {(suggestion: string) => (
                <Autocomplete.Item key={suggestion} value={suggestion}>
                  {suggestion}
                  {noteOf && <span className="muted small">{noteOf(suggestion)}</span>}
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Popup>
        </Autocomplete.Positioner>
      </Autocomplete.Portal>
    </Autocomplete.Root>
  )
}
