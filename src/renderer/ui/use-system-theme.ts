import { useSyncExternalStore } from 'react'

const query = window.matchMedia('(prefers-color-scheme: dark)')

const subscribe = (listener: () => void) => {
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

/** What the system prefers now. */
export const useSystemTheme = (): 'light' | 'dark' =>
  useSyncExternalStore(subscribe, () => (query.matches ? 'dark' : 'light'))
