import { create } from 'zustand'
import type { GoesOn } from '../../shared/text/quit.ts'

export type OpenDialog =
  | { readonly kind: 'new-process' }
  | { readonly kind: 'kill'; readonly ids: readonly string[] }
  | { readonly kind: 'quit'; readonly goesOn: GoesOn }
  | { readonly kind: 'new-session' }
  /** `wouldRun` lists what the session would run on this machine. */
  | { readonly kind: 'activate'; readonly sessionId: string; readonly wouldRun: string }
  | { readonly kind: 'deactivate'; readonly sessionId: string }
  /** Ends that are known already; the others are to be chosen. */
  | { readonly kind: 'dependence'; readonly parentId: string | null; readonly childId: string | null }
  | { readonly kind: 'add-host' }
  | { readonly kind: 'trust-host'; readonly name: string }
  | { readonly kind: 'remove-host'; readonly name: string }
  /** Both are the log view's own, which knows what they are about. */
  | { readonly kind: 'log-time' }
  | { readonly kind: 'log-save' }
  | { readonly kind: 'keys' }
  | { readonly kind: 'palette' }

/** At most one dialog is open. */
export const useDialog = create<{ readonly open: OpenDialog | null }>()(() => ({ open: null }))

export const openDialog = (open: OpenDialog): void => useDialog.setState({ open })
export const closeDialog = (): void => useDialog.setState({ open: null })
