import {
  type Dependence,
  type DependenceParent,
  dependenceKey,
  type OnLoss,
  parseRequired,
  type Required,
  requiredText,
} from '../../../shared/domain/dependence.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { findCycle } from '../../../shared/graph/find-cycle.ts'
import { mirrorDependences } from '../workspace/mirror-session.ts'
import { checkAlias, resolveReference } from '../workspace/names.ts'
import { nameOf, type OpenSession, type Supervised } from './model.ts'
import type { Supervision } from './supervision.ts'

/** The one of this session that a person means by alias, name or prefix. */
export function processNamed(session: OpenSession, reference: string): Result<Supervised> {
  const named = [...session.processes.values()].map((supervised) => ({
    name: supervised.name,
    alias: supervised.definition.alias,
    supervised,
  }))
  const found = resolveReference(named, reference)
  return found.ok ? success(found.value.supervised) : found
}

/** `name:state` in two; the state is empty where none is written. */
export function splitReference(text: string): { readonly name: string; readonly state: string } {
  const colon = text.indexOf(':')
  return colon < 0 ? { name: text, state: '' } : { name: text.slice(0, colon), state: text.slice(colon + 1) }
}

export type AddRequest = {
  readonly parents: readonly string[]
  readonly children: readonly string[]
  readonly onLoss: OnLoss | undefined
  readonly allowMissing: boolean
}

/**
 * Adds every parent to every child. Refused as a whole: unknown processes, a process that would depend on itself, and a
 * cycle, which is named. Answers how many are new, and how many got another `onLoss`.
 */
export function addDependences(
  supervision: Supervision,
  session: OpenSession,
  request: AddRequest,
): Result<{ readonly added: number; readonly changed: number }> {
  const wanted = readRequest(session, request)
  if (!wanted.ok) return wanted
  const cycle = findCycle(edgesOf(session.dependences), edgesOf(wanted.value))
  if (cycle !== null) {
    const names = cycle.map((id) => displayOf(session, id))
    return failure(
      'conflict',
      `These processes would wait for each other: ${names.join(' → ')}.`,
      'Remove one of these links first',
    )
  }
  const known = new Map(session.dependences.map((dependence) => [dependenceKey(dependence), dependence]))
  const fresh = wanted.value.filter((dependence) => !known.has(dependenceKey(dependence)))
  const changed = wanted.value.filter((dependence) => {
    const before = known.get(dependenceKey(dependence))
    return before !== undefined && request.onLoss !== undefined && before.onLoss !== request.onLoss
  })
  const replaced = new Set(changed.map(dependenceKey))
  const kept = session.dependences.filter((dependence) => !replaced.has(dependenceKey(dependence)))
  change(supervision, session, [...kept, ...changed, ...fresh], () => {
    for (const dependence of [...changed, ...fresh]) session.store?.saveDependence(dependence)
  })
  return success({ added: fresh.length, changed: changed.length })
}

function readRequest(session: OpenSession, request: AddRequest): Result<Dependence[]> {
  const wanted = new Map<string, Dependence>()
  for (const childText of request.children) {
    const child = processNamed(session, childText)
    if (!child.ok) return child
    for (const parentText of request.parents) {
      const parent = readParent(session, parentText, request.allowMissing)
      if (!parent.ok) return parent
      const dependence: Dependence = {
        sessionId: session.id,
        ...parent.value,
        childId: child.value.id,
        onLoss: request.onLoss ?? 'keep',
      }
      if (dependence.parent.kind === 'process' && dependence.parent.id === dependence.childId) {
        return failure('conflict', `${nameOf(child.value)} cannot depend on itself.`, 'Name another parent')
      }
      wanted.set(dependenceKey(dependence), dependence)
    }
  }
  return success([...wanted.values()])
}

function readParent(
  session: OpenSession,
  text: string,
  allowMissing: boolean,
): Result<{ readonly parent: DependenceParent; readonly required: Required }> {
  const { name, state } = splitReference(text)
  const found = processNamed(session, name)
  const isExact = found.ok && [found.value.name, found.value.definition.alias].includes(name)
  if (/^(exp|job)$/.test(name) && !isExact) {
    return failure(
      'unsupported',
      `"${text}" is no process of this session, and waiting for experiments and cluster jobs is not supported by this version.`,
      'Name a process',
    )
  }
  const requirement = readRequired(state)
  if (!requirement.ok) return requirement
  const required = requirement.value
  if (found.ok) return success({ parent: { kind: 'process', id: found.value.id }, required })
  if (found.code !== 'not_found' || !allowMissing) return found
  const valid = checkAlias(name)
  return valid.ok ? success({ parent: { kind: 'missing', name }, required }) : valid
}

/** What stands after `parent:`; a label of a state must be one that a state can have. */
export function readRequired(state: string): Result<Required> {
  const required = parseRequired(state)
  if (required.kind !== 'state') return success(required)
  const valid = checkAlias(required.label)
  return valid.ok ? success(required) : valid
}

/**
 * Removes dependences; without a state every one of the pair. The state may also stand at the child, as the original's
 * own example writes it. Answers how many are gone; none is `not_found`.
 */
export function removeDependences(
  supervision: Supervision,
  session: OpenSession,
  request: Pick<AddRequest, 'parents' | 'children'>,
): Result<{ readonly removed: number; readonly notices: readonly string[] }> {
  const gone = new Set<Dependence>()
  const notices: string[] = []
  for (const childText of request.children) {
    const child = splitReference(childText)
    const found = processNamed(session, child.name)
    if (!found.ok) return found
    if (child.state !== '') {
      notices.push(`"${childText}": the state ${child.state} is taken as the state of the parent.`)
    }
    for (const parentText of request.parents) {
      const { name, state } = splitReference(parentText)
      const wanted = state === '' ? child.state : state
      const parent = processNamed(session, name)
      for (const dependence of session.dependences) {
        const isParent =
          dependence.parent.kind === 'process'
            ? parent.ok && dependence.parent.id === parent.value.id
            : dependence.parent.name === name
        const isState = wanted === '' || requiredText(dependence.required) === wanted
        if (dependence.childId === found.value.id && isParent && isState) gone.add(dependence)
      }
    }
  }
  if (gone.size === 0) {
    return failure(
      'not_found',
      `There is no such dependence: ${request.children.join(', ')} on ${request.parents.join(', ')}.`,
      'List them with: procession session dependence list',
    )
  }
  const rest = session.dependences.filter((dependence) => !gone.has(dependence))
  change(supervision, session, rest, () => {
    for (const dependence of gone) session.store?.removeDependence(dependence)
  })
  return success({ removed: gone.size, notices })
}

/** A process has come that others wait for by name. */
export function resolveMissingParents(supervision: Supervision, supervised: Supervised): void {
  const { session } = supervised
  const names = [supervised.name, supervised.definition.alias]
  const waiting = session.dependences.filter(({ parent }) => parent.kind === 'missing' && names.includes(parent.name))
  if (waiting.length === 0) return
  const parent: DependenceParent = { kind: 'process', id: supervised.id }
  const resolved = waiting.map((dependence) => ({ ...dependence, parent }))
  const isCyclic = findCycle(edgesOf(session.dependences), edgesOf(resolved)) !== null
  if (isCyclic) return
  const rest = session.dependences.filter((dependence) => !waiting.includes(dependence))
  change(supervision, session, [...rest, ...resolved], () => {
    for (const dependence of waiting) session.store?.removeDependence(dependence)
    for (const dependence of resolved) session.store?.saveDependence(dependence)
  })
}

/** A process has another alias: the file that people read names its dependences by it. */
export function nameAnew(supervision: Supervision, { id, session }: Supervised): void {
  const { dependences } = session
  const isNamed = dependences.some(
    ({ parent, childId }) => childId === id || (parent.kind === 'process' && parent.id === id),
  )
  if (isNamed) change(supervision, session, dependences, () => {})
}

/** Takes a new list over: database first, then memory, then the file that people read. */
export function change(
  supervision: Supervision,
  session: OpenSession,
  dependences: readonly Dependence[],
  save: () => void,
): void {
  session.store?.atomically(() => {
    save()
    session.store?.addDependenceChange(supervision.parts.now())
  })
  session.dependences = dependences
  supervision.engine.settleSoon(session)
  try {
    mirrorDependences(session.paths, namedDependences(session))
  } catch (error) {
    supervision.parts.log.warn({ error, session: session.path }, 'The dependences could not be written to etc/')
  }
}

/** `{child: [parent:state]}` by the names that people use. */
function namedDependences(session: OpenSession): Record<string, string[]> {
  const named: Record<string, string[]> = {}
  for (const { parent, required, childId } of session.dependences) {
    const name = parent.kind === 'process' ? displayOf(session, parent.id) : parent.name
    const child = displayOf(session, childId)
    named[child] = [...(named[child] ?? []), required.kind === 'up' ? name : `${name}:${requiredText(required)}`]
  }
  return named
}

function displayOf(session: OpenSession, id: string): string {
  const supervised = session.processes.get(id)
  return supervised ? nameOf(supervised) : id
}

/** The edges between processes that exist. */
export const edgesOf = (dependences: readonly Dependence[]) =>
  dependences.flatMap(({ parent, childId }) =>
    parent.kind === 'process' ? [{ parent: parent.id, child: childId }] : [],
  )
