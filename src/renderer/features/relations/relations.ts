import { requiredText } from '../../../shared/domain/dependence.ts'
import type { DependenceRow, ProcessRow } from '../../../shared/domain/rows.ts'
import { displayName } from '../../../shared/domain/rows.ts'

/** One dependence of a process, seen from it. */
export type Relation = {
  readonly key: string
  /** The process at the other end; null for a parent that does not exist yet. */
  readonly other: ProcessRow | null
  readonly name: string
  /** What the parent must be, as written: `operative`, `up`. */
  readonly required: string
  readonly holds: boolean
  readonly dependence: DependenceRow
}

export type Relations = { readonly parents: readonly Relation[]; readonly children: readonly Relation[] }

const names = new Intl.Collator('en-GB', { numeric: true, sensitivity: 'base' })
const byName = (one: Relation, other: Relation): number =>
  names.compare(one.name, other.name) || names.compare(one.required, other.required)

/** What a process depends on and what depends on it. What is missing comes before what holds, then by name. */
export function relationsOf(
  id: string,
  dependences: readonly DependenceRow[],
  processes: ReadonlyMap<string, ProcessRow>,
): Relations {
  const relation = (dependence: DependenceRow, otherId: string | null, missing: string): Relation => {
    const other = (otherId === null ? undefined : processes.get(otherId)) ?? null
    const required = requiredText(dependence.required)
    const name = other ? displayName(other) : missing
    return { key: `${otherId ?? name}:${required}`, other, name, required, holds: dependence.holds, dependence }
  }
  const parents = dependences
    .filter(({ childId }) => childId === id)
    .map((dependence) =>
      dependence.parent.kind === 'process'
        ? relation(dependence, dependence.parent.id, dependence.parent.id)
        : relation(dependence, null, dependence.parent.name),
    )
  const children = dependences
    .filter(({ parent }) => parent.kind === 'process' && parent.id === id)
    .map((dependence) => relation(dependence, dependence.childId, dependence.childId))
  const open = (one: Relation) => (one.holds ? 1 : 0)
  return {
    parents: parents.sort((one, other) => open(one) - open(other) || byName(one, other)),
    children: children.sort(byName),
  }
}
