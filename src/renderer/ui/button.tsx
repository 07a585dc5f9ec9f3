import { Tooltip } from '@base-ui/react/tooltip'
import type { LucideIcon } from 'lucide-react'
import type { ComponentPropsWithRef, ReactNode } from 'react'

type Look = 'usual' | 'primary' | 'quiet' | 'danger' | 'quiet danger'

type ButtonProps = Omit<ComponentPropsWithRef<'button'>, 'className'> & {
  readonly look?: Look
  readonly size?: 'usual' | 'small'
  readonly icon?: LucideIcon | undefined
  /** Key hint behind the label. */
  readonly keys?: string | undefined
  readonly className?: string
}

const classOf = (look: Look, size: string, more: string) =>
  ['btn', look === 'usual' ? '' : look, size === 'small' ? 'small' : '', more].filter(Boolean).join(' ')

/** A button with a word, perhaps an icon before and its key behind it. */
export function Button({ look = 'usual', size = 'usual', icon, keys, className = '', children, ...rest }: ButtonProps) {
  return (
    <button type="button" className={classOf(look, size, className)} {...rest}>
      {icon && <Icon of={icon} />}
      {children}
      {keys && (
        <span className="key" aria-hidden="true">
          {keys}
        </span>
      )}
    </button>
  )
}

/** A button that is only an icon; its name stands in a tooltip. */
export function IconButton({
  label,
  icon,
  keys,
  look = 'quiet',
  size = 'usual',
  className = '',
  ...rest
}: ButtonProps & { readonly label: string; readonly icon: LucideIcon }) {
  return (
    <Hint text={label} keys={keys}>
      <button type="button" className={classOf(look, size, `square ${className}`)} aria-label={label} {...rest}>
        <Icon of={icon} />
      </button>
    </Hint>
  )
}

/** A tooltip for something that has its own accessible name. */
export function Hint({
  text,
  keys,
  children,
}: {
  readonly text: string
  readonly keys?: string | undefined
  readonly children: React.ReactElement<Record<string, unknown>>
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner className="layer" sideOffset={6}>
          <Tooltip.Popup className="popup tooltip">
            {text}
            {keys && <span className="key">{keys}</span>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}

export function Icon({ of: Shape }: { readonly of: LucideIcon }): ReactNode {
  return <Shape className="icon" strokeWidth={1.6} aria-hidden="true" />
}
