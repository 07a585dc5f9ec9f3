import { create } from 'zustand'
import type { Selection } from './selection.ts'
import { noSelection } from './selection.ts'

export const useSelection = create<Selection>()(() => noSelection)

/** Selects one process, as a click on it does. */
export const selectOnly = (id: string): void =>
  useSelection.setState({ selected: new Set([id]), cursor: id, anchor: id, shown: id })
