import { create } from 'zustand'

export type OpenDialog =
  | { readonly kind: 'new-process' }
  | { readonly kind: 'kill'; readonly ids: readonly string[] }
  | { readonly kind: 'quit'; readonly running: number }
  | { readonly kind: 'keys' }
  | { readonly kind: 'palette' }

/** At most one dialog is open. */
export const useDialog = create<{ readonly open: OpenDialog | null }>()(() => ({ open: null }))

export const openDialog = (open: OpenDialog): void => useDialog.setState({ open })
export const closeDialog = (): void => useDialog.setState({ open: null })
