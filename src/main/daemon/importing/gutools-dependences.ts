import { parseRequired, type Required } from '../../../shared/domain/dependence.ts'
import type { PlannedDependence } from '../../../shared/domain/import-plan.ts'
import type { GutoolsFolder } from './gutools-folder.ts'
import type { Note } from './notes.ts'
import { fieldsOf } from './yaml-fields.ts'

/** Of a new session, and what only `init` of gutools uses. */
const ofNoConsequence = ['copy', 'templates']

/** `dependences: {child: ["parent:state"]}` of `etc/session.yaml`. `referenceOf` finds a process by alias or name. */
export function readDependences(
  folder: GutoolsFolder,
  referenceOf: (name: string) => string | null,
): PlannedDependence[] {
  if (folder.size('etc', 'session.yaml') === null) return []
  const read = folder.yaml('etc', 'session.yaml')
  if (!read) return []
  const { map, note } = read
  const fields = fieldsOf(map, '', note)
  const children = fields.map('dependences')
  for (const key of ofNoConsequence) fields.value(key)
  for (const { key, line } of fields.rest()) note(line, key, 'unknown setting')
  const childFields = children && fieldsOf(children, 'dependences.', note)
  return (children?.entries ?? []).flatMap(({ key, line, value }) => {
    const what = `dependences.${key}`
    const child = referenceOf(key)
    // One parent may also stand alone.
    const parents = value.kind === 'scalar' && value.text !== '' ? [value.text] : (childFields?.texts(key) ?? [])
    if (child === null) note(line, what, 'there is no process of that name')
    return child === null ? [] : parents.flatMap((parent) => readParent(parent, child, referenceOf, what, line, note))
  })
}

function readParent(
  text: string,
  child: string,
  referenceOf: (name: string) => string | null,
  what: string,
  line: number,
  note: Note,
): PlannedDependence[] {
  const [, name = text, state = ''] = /^([^:]*):(.*)$/s.exec(text) ?? []
  const parent = referenceOf(name)
  if (parent === null) note(line, `${what}: ${name}`, 'there is no process of that name')
  return parent === null ? [] : [{ parent, required: requiredOf(state, what, line, note), child, onLoss: 'keep' }]
}

/** gutools knows two states that are no fingerprints: just launched, and not there. */
function requiredOf(state: string, what: string, line: number, note: Note): Required {
  if (state === 'dead') return { kind: 'exited', code: null }
  if (state !== 'starting') return parseRequired(state)
  note(line, what, 'starting is not a state here, so it waits until the parent is up')
  return { kind: 'up' }
}
