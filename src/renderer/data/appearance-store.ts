import { create } from 'zustand'
import { type ThemeChoice, themeChoices } from '../../shared/commands/commands.ts'
import { isRecord, oneOf, remember, remembered } from './persisted.ts'

export const densities = ['compact', 'normal', 'comfortable'] as const
type Density = (typeof densities)[number]

export type Appearance = {
  readonly theme: ThemeChoice
  readonly density: Density
  /** Whether single letters are keys (WCAG 2.1.4 wants a way to switch them off). */
  readonly singleKeys: boolean
}

const storageKey = 'procession.appearance'
const usual: Appearance = { theme: 'system', density: 'normal', singleKeys: true }

const parse = (value: unknown): Appearance | undefined =>
  isRecord(value)
    ? {
        theme: oneOf(themeChoices, value.theme) ?? usual.theme,
        density: oneOf(densities, value.density) ?? usual.density,
        singleKeys: value.singleKeys !== false,
      }
    : undefined

export const useAppearance = create<Appearance>()(() => remembered(storageKey, parse, usual))

export function setAppearance(change: Partial<Appearance>): void {
  useAppearance.setState(change)
  const { theme, density, singleKeys } = useAppearance.getState()
  remember(storageKey, { theme, density, singleKeys })
}
