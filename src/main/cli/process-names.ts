import type { RowsSnapshot } from '../../shared/contract/schemas.ts'
import { type DependenceRow, displayName } from '../../shared/domain/rows.ts'

/** What people call the process with an id; the id itself where it is not known. */
export type ProcessNames = (id: string) => string

export function processNames({ processes }: Pick<RowsSnapshot, 'processes'>): ProcessNames {
  const names = new Map(processes.map((row) => [row.id, displayName(row)]))
  return (id) => names.get(id) ?? id
}

/** Of one that does not exist yet, the name that it is waited for under. */
export const parentName = ({ parent }: Pick<DependenceRow, 'parent'>, names: ProcessNames): string =>
  parent.kind === 'process' ? names(parent.id) : parent.name
