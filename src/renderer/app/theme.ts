import { useEffect } from 'react'
import { useAppearance } from '../data/appearance-store.ts'

/** Puts the chosen theme and density on the document; the tokens follow them. */
export function useAppearanceOnDocument(): void {
  const { theme, density } = useAppearance()
  useEffect(() => {
    const { dataset } = document.documentElement
    if (theme === 'system') delete dataset.theme
    else dataset.theme = theme
    dataset.density = density
  }, [theme, density])
}
