import { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { Icon } from './button.tsx'
import { floatingPlace } from './floating.tsx'

/** A button that opens a menu below itself. */
export function Menu({
  trigger,
  children,
  align = 'start',
}: {
  readonly trigger: ReactElement
  readonly children: ReactNode
  readonly align?: 'start' | 'end'
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal container={floatingPlace()}>
        <Base.Positioner className="layer" sideOffset={4} align={align}>
          <Base.Popup className="popup menu">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

export type MenuEntry = {
  readonly id: string
  readonly label: string
  readonly keys?: string | undefined
  readonly enabled: boolean
  readonly danger?: boolean
  /** Entries of another group are set off by a line. */
  readonly group: number
}

/** Entries in their groups, for a menu or a context menu. */
export function MenuEntries({
  entries,
  onChoose,
}: {
  readonly entries: readonly MenuEntry[]
  readonly onChoose: (id: string) => void
}) {
  return entries.map((entry, index) => {
    const before = entries[index - 1]
    return (
      <MenuItem
        key={entry.id}
        entry={entry}
        separated={before !== undefined && before.group !== entry.group}
        onChoose={() => onChoose(entry.id)}
      />
    )
  })
}

function MenuItem({
  entry,
  separated,
  onChoose,
}: {
  readonly entry: MenuEntry
  readonly separated: boolean
  readonly onChoose: () => void
}) {
  return (
    <>
      {separated && <Base.Separator className="menu-separator" />}
      <Base.Item className={entry.danger ? 'danger' : undefined} disabled={!entry.enabled} onClick={onChoose}>
        {entry.label}
        {entry.keys && (
          <span className="key" aria-hidden="true">
            {entry.keys}
          </span>
        )}
      </Base.Item>
    </>
  )
}

export function MenuCheck({
  checked,
  onChange,
  children,
}: {
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly children: ReactNode
}) {
  return (
    <Base.CheckboxItem checked={checked} onCheckedChange={onChange} closeOnClick={false}>
      <span className="check">
        <Base.CheckboxItemIndicator>
          <Icon of={Check} />
        </Base.CheckboxItemIndicator>
      </span>
      {children}
    </Base.CheckboxItem>
  )
}

export function MenuChoice<Value extends string>({
  title,
  value,
  options,
  onChange,
}: {
  readonly title: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly onChange: (value: Value) => void
}) {
  return (
    <Base.Group>
      <Base.GroupLabel className="menu-title">{title}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={(chosen: Value) => onChange(chosen)}>
        {options.map((option) => (
          <Base.RadioItem key={option.value} value={option.value} closeOnClick>
            <span className="check">
              <Base.RadioItemIndicator>
                <Icon of={Check} />
              </Base.RadioItemIndicator>
            </span>
            {option.label}
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  )
}

export function MenuGroup({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Base.Group>
      <Base.GroupLabel className="menu-title">{title}</Base.GroupLabel>
      {children}
    </Base.Group>
  )
}

export const MenuLine = () => <Base.Separator className="menu-separator" />

export function MenuAction({ onClick, children }: { readonly onClick: () => void; readonly children: ReactNode }) {
  return (
    <Base.Item onClick={onClick}>
      <span className="check" />
      {children}
    </Base.Item>
  )
}
