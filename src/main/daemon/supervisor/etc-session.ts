import { isAbsolute } from 'node:path'
import { type Dependence, type DependenceParent, dependenceKey } from '../../../shared/domain/dependence.ts'
import { findCycle } from '../../../shared/graph/find-cycle.ts'
import type { YamlMap, YamlValue } from '../importing/yaml-tree.ts'
import { parseYaml } from '../importing/yaml-tree.ts'
import { edgesOf, readRequired, splitReference } from './dependences.ts'
import type { FileProblem } from './etc-file.ts'
import { nameOf, type OpenSession, type Supervised } from './model.ts'

export type SessionFile =
  /** `dependences` is null where the file does not name them. */
  { readonly ok: true; readonly dependences: readonly Dependence[] | null } | ({ readonly ok: false } & FileProblem)

/** Ends the reading at the first thing that is wrong. */
class Wrong extends Error {
  readonly file: FileProblem
  constructor(line: number, problem: string) {
    super(problem)
    this.file = { line, problem }
  }
}

/**
 * Reads the text of `etc/session.yaml` against a session: every dependence, as the file says. Wrong are unknown processes,
 * a cycle (with its path), states that cannot be, and paths under `copy` and `templates` that lead out of the workspace.
 */
export function parseSessionFile(text: string, session: OpenSession): SessionFile {
  const tree = parseYaml(text)
  if (!tree.ok) return tree
  const root = tree.value
  if (root.kind === 'scalar' && root.value === null) return { ok: true, dependences: null }
  try {
    const map = mapIn(root, 'the file')
    for (const key of ['copy', 'templates']) checkPaths(settingOf(map, key), key)
    const dependences = settingOf(map, 'dependences')
    return { ok: true, dependences: dependences && readDependences(dependences, session) }
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, ...error.file }
    throw error
  }
}

const settingOf = (map: YamlMap, key: string): YamlValue | null =>
  map.entries.find((entry) => entry.key === key)?.value ?? null

const isNothing = (value: YamlValue): boolean => value.kind === 'scalar' && value.value === null

function mapIn(value: YamlValue, what: string): YamlMap {
  if (value.kind !== 'map') throw new Wrong(value.line, `${what} is not a map of names and values`)
  return value
}

/** Only relative paths without `..`: a workspace from elsewhere must not read what lies outside of it. */
function checkPaths(value: YamlValue | null, key: string): void {
  if (value === null || isNothing(value)) return
  for (const entry of mapIn(value, key).entries) {
    const patterns = entry.value.kind === 'list' ? entry.value.items : [entry.value]
    for (const pattern of patterns) {
      if (pattern.kind !== 'scalar') throw new Wrong(pattern.line, `${key}.${entry.key}: this is not a path`)
      if (leadsOut(pattern.text) || leadsOut(entry.key)) {
        throw new Wrong(pattern.line, `${key}.${entry.key}: only relative paths without .. are possible`)
      }
    }
  }
}

const leadsOut = (path: string): boolean => isAbsolute(path) || path.startsWith('~') || path.split('/').includes('..')

function readDependences(value: YamlValue, session: OpenSession): Dependence[] {
  if (isNothing(value)) return []
  const found = new Map<string, Dependence>()
  const lines = new Map<string, number>()
  const onLoss = new Map(session.dependences.map((dependence) => [dependenceKey(dependence), dependence.onLoss]))
  for (const { key, line, value: parents } of mapIn(value, 'dependences').entries) {
    const child = processIn(session, key)
    if (child === null) throw new Wrong(line, `dependences.${key}: there is no process of that name`)
    for (const parent of parentsOf(parents, key)) {
      const read = readParent(session, child, parent)
      const dependenceId = dependenceKey(read)
      found.set(dependenceId, { ...read, onLoss: onLoss.get(dependenceId) ?? 'keep' })
      lines.set(dependenceId, parent.line)
    }
  }
  refuseCycle(session, [...found.values()], lines)
  return [...found.values()]
}

function parentsOf(value: YamlValue, child: string): { readonly text: string; readonly line: number }[] {
  if (isNothing(value)) return []
  const items = value.kind === 'list' ? value.items : [value]
  return items.map((item) => {
    if (item.kind !== 'scalar') throw new Wrong(item.line, `dependences.${child}: this is not the name of a parent`)
    return item
  })
}

function readParent(
  session: OpenSession,
  child: Supervised,
  { text, line }: { readonly text: string; readonly line: number },
): Dependence {
  const { name, state } = splitReference(text)
  const what = `dependences.${nameOf(child)}`
  const required = readRequired(state)
  if (!required.ok) throw new Wrong(line, `${what}: ${required.message}`)
  const found = processIn(session, name)
  if (found === child) throw new Wrong(line, `${what}: a process cannot depend on itself`)
  const isAwaited = session.dependences.some(({ parent }) => parent.kind === 'missing' && parent.name === name)
  if (found === null && !isAwaited) throw new Wrong(line, `${what}: there is no process ${name}`)
  const parent: DependenceParent = found ? { kind: 'process', id: found.id } : { kind: 'missing', name }
  return { sessionId: session.id, parent, required: required.value, childId: child.id, onLoss: 'keep' }
}

/** By its whole alias or name: in a file a prefix would change its meaning with the next process. */
function processIn(session: OpenSession, reference: string): Supervised | null {
  const all = [...session.processes.values()]
  return (
    all.find(({ definition }) => definition.alias === reference) ?? all.find(({ name }) => name === reference) ?? null
  )
}

function refuseCycle(session: OpenSession, dependences: readonly Dependence[], lines: ReadonlyMap<string, number>) {
  // Reversed: of the lines of a cycle the last one closes it.
  const cycle = findCycle([], edgesOf(dependences).reverse())
  if (cycle === null) return
  const [parentId, childId] = cycle
  const edge = dependences.find(
    ({ parent, childId: end }) => end === childId && parent.kind === 'process' && parent.id === parentId,
  )
  const names = cycle.map((id) => {
    const supervised = session.processes.get(id)
    return supervised ? nameOf(supervised) : id
  })
  const line = edge ? (lines.get(dependenceKey(edge)) ?? 1) : 1
  throw new Wrong(line, `these processes would wait for each other: ${names.join(' → ')}`)
}
