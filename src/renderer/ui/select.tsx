import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'
import type { Ref } from 'react'
import { Icon } from './button.tsx'

export type Option = { readonly value: string; readonly label: string; readonly note?: string }

/** One of a list, in a field. The remaining attributes tie it to its label. */
export function Select({
  value,
  options,
  onChange,
  placeholder,
  ...wiring
}: {
  readonly value: string
  readonly options: readonly Option[]
  readonly onChange: (value: string) => void
  /** Shown while the value is none of the options. */
  readonly placeholder?: string
  readonly ref?: Ref<HTMLButtonElement>
  readonly id?: string
  readonly 'aria-describedby'?: string | undefined
  readonly 'aria-invalid'?: true | undefined
}) {
  const items = Object.fromEntries(options.map((option) => [option.value, option.label]))
  return (
    <Base.Root
      items={items}
      value={value}
      onValueChange={(chosen) => chosen !== null && onChange(chosen)}
      modal={false}
    >
      <Base.Trigger className="select-trigger" {...wiring}>
        <Base.Value>{(chosen: string) => items[chosen] ?? <span className="muted">{placeholder}</span>}</Base.Value>
        <Base.Icon render={<Icon of={ChevronDown} />} />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="layer select" sideOffset={4} align="start" alignItemWithTrigger={false}>
          <Base.Popup className="popup menu">
            {options.map((option) => (
              <Base.Item key={option.value} value={option.value}>
                <span className="check">
                  <Base.ItemIndicator>
                    <Icon of={Check} />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText>{option.label}</Base.ItemText>
                {option.note && <span className="muted small">{option.note}</span>}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
