import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'

/** One of a few choices that are all in sight. The arrow keys move between them. */
export function Segmented<Value extends string>({
  label,
  value,
  options,
  onChange,
  ...wiring
}: {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly onChange: (value: Value) => void
  readonly id?: string
  readonly 'aria-describedby'?: string | undefined
}) {
  return (
    <RadioGroup
      className="seg"
      aria-label={label}
      value={value}
      onValueChange={(chosen: Value) => onChange(chosen)}
      {...wiring}
    >
      {options.map((option) => (
        <Radio.Root key={option.value} value={option.value} nativeButton render={<button type="button" />}>
          {option.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  )
}
