import { create } from 'zustand'
import { isRecord, oneOf, remember, remembered } from './persisted.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]
export const densities = ['compact', 'normal', 'comfortable'] as const
export type Density = (typeof densities)[number]

export type Appearance = { readonly theme: Theme; readonly density: Density }

const storageKey = 'procession.appearance'
const usual: Appearance = { theme: 'system', density: 'normal' }

const parse = (value: unknown): Appearance | undefined =>
  isRecord(value)
    ? {
        theme: oneOf(themes, value.theme) ?? usual.theme,
        density: oneOf(densities, value.density) ?? usual.density,
      }
    : undefined

export const useAppearance = create<Appearance>()(() => remembered(storageKey, parse, usual))

export function setAppearance(change: Partial<Appearance>): void {
  useAppearance.setState(change)
  const { theme, density } = useAppearance.getState()
  remember(storageKey, { theme, density })
}
