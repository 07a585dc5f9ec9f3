import { Toast } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { IconButton } from './button.tsx'
import { Mark } from './mark.tsx'

type ToastData = { readonly kind: string }

const manager = Toast.createToastManager<ToastData>()

// Long enough to read two sentences, and an error twice; the pointer or the keyboard on it stops the clock.
const readingMs = 6000
const errorReadingMs = 15_000

/** What a note offers to do; it closes with it. */
type NoteAction = { readonly label: string; readonly run: () => void }

/** A short note in the corner. `kind` names its mark. */
export function notify(kind: string, title: string, description = '', action?: NoteAction): void {
  const id: string = manager.add({
    title,
    description,
    data: { kind },
    timeout: kind === 'failed' ? errorReadingMs : readingMs,
    // Urgent ones would be hidden from screen readers until they have the focus, although their buttons can take it.
    priority: 'low',
    ...(action === undefined
      ? {}
      : {
          actionProps: {
            children: action.label,
            onClick: () => {
              manager.close(id)
              action.run()
            },
          },
        }),
  })
}

export function Toasts() {
  return (
    <Toast.Provider toastManager={manager}>
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList() {
  const { toasts } = Toast.useToastManager<ToastData>()
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="popup toast" hidden={toast.limited}>
      <Mark kind={toast.data?.kind ?? 'unknown'} />
      <Toast.Title />
      {toast.actionProps && <Toast.Action className="btn quiet small action" />}
      {/* The library hides it from screen readers until the notes are entered, although it is always in sight. */}
      <Toast.Close aria-hidden={false} render={<IconButton label="Dismiss" icon={X} size="small" />} />
      {toast.description && <Toast.Description />}
    </Toast.Root>
  ))
}
