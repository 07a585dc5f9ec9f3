import { create } from 'zustand'
import type { Failure } from '../../shared/domain/result.ts'
import type { ProcessRow } from '../../shared/domain/rows.ts'
import { noRows, type Rows } from './rows.ts'

export type RowsPhase =
  /** No snapshot yet. */
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready' }
  /** The feed ended with an error. */
  | { readonly kind: 'failed'; readonly failure: Failure }

export type RowsState = Rows & { readonly phase: RowsPhase }

/** The rows as the daemon last told them. Components subscribe to single rows by id. */
export const useRows = create<RowsState>()(() => ({ ...noRows, phase: { kind: 'loading' } }))

export const useProcess = (id: string | null): ProcessRow | undefined =>
  useRows((state) => (id === null ? undefined : state.processes.get(id)))

/** The rows of these ids that still exist, in their order. */
export function rowsOf(ids: Iterable<string>): ProcessRow[] {
  const { processes } = useRows.getState()
  return [...ids].flatMap((id) => processes.get(id) ?? [])
}
