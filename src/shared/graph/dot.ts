import { type Required, requiredText } from '../domain/dependence.ts'
import { startOrder } from './start-order.ts'

export type NamedEdge = { readonly parentName: string; readonly required: Required; readonly childName: string }

/**
 * The dependences as a graph in the DOT language (https://graphviz.org/doc/info/lang.html), drawn like the picture in
 * the documentation of gutools Session: dashed edges from parent to child, and a parent labelled `alias:state` with what
 * is required of it. Where different children require different things of one parent, the label is its alias alone and
 * its edges say what they require. The same edges in any order give the same text; no newline at its end.
 */
export function dotOf(edges: readonly NamedEdge[]): string {
  const sorted = inReadingOrder(edges)
  const names = [...new Set(sorted.flatMap(({ parentName, childName }) => [parentName, childName]))]
  const ids = identifiersOf(names)
  const suffixes = requiredByName(sorted)
  const nodes = names.map((name) => `${ids.get(name)} [label=${quoted(name + commonSuffix(suffixes, name))}];`)
  const arrows = sorted.map(({ parentName, required, childName }) => {
    const isInNode = suffixes.get(parentName)?.size === 1
    const label = isInNode ? '' : ` [label=${quoted(requiredText(required))}]`
    return `${ids.get(parentName)} -> ${ids.get(childName)}${label};`
  })
  const lines = ['edge [style="dashed"];', ...gap(nodes), ...gap(arrows)]
  return ['digraph Process_Dependences {', ...lines.map((line) => (line === '' ? '' : `   ${line}`)), '}'].join('\n')
}

const gap = (lines: readonly string[]): readonly string[] => (lines.length > 0 ? ['', ...lines] : [])

/** What comes first at the start is written first; otherwise by name, independent of the language of the machine. */
function inReadingOrder(edges: readonly NamedEdge[]): readonly NamedEdge[] {
  const plain = edges.map(({ parentName, childName }) => ({ parent: parentName, child: childName }))
  const layers = startOrder([...new Set(edges.map(({ parentName }) => parentName))], plain)
  const layerOf = new Map(layers.flatMap((layer, index) => layer.map((name) => [name, index] as const)))
  const once = new Map(edges.map((edge) => [JSON.stringify(keyOf(edge)), edge]))
  return [...once.values()].sort((one, other) => {
    const byLayer = (layerOf.get(one.parentName) ?? 0) - (layerOf.get(other.parentName) ?? 0)
    return byLayer === 0 ? compareTexts(keyOf(one), keyOf(other)) : byLayer
  })
}

const keyOf = ({ parentName, childName, required }: NamedEdge): readonly string[] => [
  parentName,
  childName,
  requiredText(required),
]

/** By code units, the first difference decides. */
function compareTexts(one: readonly string[], other: readonly string[]): number {
  for (const [index, text] of one.entries()) {
    const against = other[index] ?? ''
    if (text !== against) return text < against ? -1 : 1
  }
  return 0
}

/** What is required of each parent: `:operative`, `:exited:0`; nothing is written for `up`. */
function requiredByName(edges: readonly NamedEdge[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const { parentName, required } of edges) {
    const suffix = required.kind === 'up' ? '' : `:${requiredText(required)}`
    const known = found.get(parentName)
    if (known === undefined) found.set(parentName, new Set([suffix]))
    else known.add(suffix)
  }
  return found
}

function commonSuffix(suffixes: ReadonlyMap<string, ReadonlySet<string>>, name: string): string {
  const [only = '', ...others] = suffixes.get(name) ?? []
  return others.length === 0 ? only : ''
}

/** Words that DOT keeps for itself, in any case. */
const keywords: ReadonlySet<string> = new Set(['node', 'edge', 'graph', 'digraph', 'subgraph', 'strict'])

/** An identifier of DOT for each name: `master_tws` for `master.tws`, numbered where two names would get the same. */
function identifiersOf(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>()
  const ids = new Map<string, string>()
  for (const name of names) {
    const plain = name.replaceAll(/[^A-Za-z0-9_]/g, '_')
    const base = plain === '' || /^[0-9]/.test(plain) || keywords.has(plain.toLowerCase()) ? `_${plain}` : plain
    let id = base
    for (let number = 2; taken.has(id); number += 1) id = `${base}_${number}`
    taken.add(id)
    ids.set(name, id)
  }
  return ids
}

/**
 * A label in quotes that shows exactly `text`. DOT itself escapes only the quote; in labels the backslash begins an escape
 * and the ampersand an entity of HTML.
 */
const quoted = (text: string): string =>
  `"${text
    .replaceAll('&', '&amp;')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll(/\r\n|\r|\n/g, '\\n')
    .replaceAll('\0', '\uFFFD')}"`
