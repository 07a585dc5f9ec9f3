import { type Appearance, useAppearance } from '../data/appearance-store.ts'
import { desktopLink } from '../data/desktop-link.ts'

/** The tokens follow these attributes (styles/tokens.css). */
function apply({ theme, density }: Appearance): void {
  const { dataset } = document.documentElement
  if (theme === 'system') delete dataset.theme
  else dataset.theme = theme
  dataset.density = density
}

/** Puts theme and density on the document, before anything is drawn and whenever they change; the desktop follows. */
export function followAppearance(): void {
  apply(useAppearance.getState())
  desktopLink()?.post({ kind: 'theme', theme: useAppearance.getState().theme })
  useAppearance.subscribe((now, before) => {
    apply(now)
    if (now.theme !== before.theme) desktopLink()?.post({ kind: 'theme', theme: now.theme })
  })
}
