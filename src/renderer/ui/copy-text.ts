import { notify } from './toasts.tsx'

/** Puts text on the clipboard and says so. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    notify('succeeded', `${what} copied`)
  } catch {
    notify(
      'failed',
      `${what} could not be copied`,
      'The browser did not allow it. Select the text and copy it by hand.',
    )
  }
}
