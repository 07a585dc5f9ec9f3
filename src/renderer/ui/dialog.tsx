import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode, RefObject } from 'react'

type DialogProps = {
  readonly title: string
  /** Narrow for a question, wide for a form. */
  readonly narrow?: boolean
  readonly role?: 'dialog' | 'alertdialog'
  readonly onClose: () => void
  /** What has the keyboard first; the first control otherwise. */
  readonly initialFocus?: RefObject<HTMLElement | null>
  readonly foot: ReactNode
  readonly children: ReactNode
}

/** A window over the page: head, body that scrolls, foot with the buttons. Escape closes it. */
export function Dialog({ title, narrow = false, role = 'dialog', onClose, initialFocus, foot, children }: DialogProps) {
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()} disablePointerDismissal={role === 'alertdialog'}>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Popup
          className={narrow ? 'dialog narrow' : 'dialog'}
          role={role}
          {...(initialFocus === undefined ? {} : { initialFocus })}
        >
          <div className="dialog-head">
            <Base.Title>{title}</Base.Title>
          </div>
          <div className="dialog-body">{children}</div>
          <div className="dialog-foot">{foot}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
