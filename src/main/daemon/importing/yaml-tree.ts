import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
} from 'yaml'

/** YAML with the line, from 1, of everything in it. */
export type YamlValue = YamlMap | YamlList | YamlScalar
export type YamlMap = { readonly kind: 'map'; readonly line: number; readonly entries: readonly YamlEntry[] }
export type YamlEntry = { readonly key: string; readonly line: number; readonly value: YamlValue }
export type YamlList = { readonly kind: 'list'; readonly line: number; readonly items: readonly YamlValue[] }
export type YamlScalar = {
  readonly kind: 'scalar'
  readonly line: number
  readonly value: string | number | boolean | null
  /** As it is written: `007` for the number 7; empty for null. */
  readonly text: string
}

/** What aliases may blow a file up to, in values: more than any file of other tools has, and what an export of ours may. */
export const foreignValueLimit = 100_000
export const ownValueLimit = 500_000
/** Deeper than any file of ours or of others, and far from the end of the stack. */
const deepest = 64

/** `<<` in quotes is an ordinary key. */
const isMergeKey = (key: unknown): boolean =>
  isScalar(key) && key.type === Scalar.PLAIN && (key.source ?? key.value) === '<<'

type Problem = { readonly line: number; readonly problem: string }
export type YamlRead = { readonly ok: true; readonly value: YamlValue } | ({ readonly ok: false } & Problem)
type Built = { readonly value: YamlValue; readonly size: number }

/**
 * Reads one YAML document: 1.2 core, aliases and merge keys (`<<`) resolved, unknown tags ignored. A problem has its line
 * and quotes nothing of the file: bad syntax, a key twice, too deep, more than `mostValues` with aliases resolved, a NUL.
 */
export function parseYaml(text: string, mostValues: number = foreignValueLimit): YamlRead {
  const lineCounter = new LineCounter()
  const lineAt = (offset: number) => lineCounter.linePos(offset).line
  // Keys are compared below: the package compares each with all before it.
  const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false, lineCounter })
  const [error] = document.errors
  if (error) {
    const isDeep = error.message.startsWith('Maximum call stack')
    const problem = isDeep ? 'is nested too deeply' : `is not YAML: ${error.message.replace(/\.$/, '')}`
    return { ok: false, line: lineAt(error.pos[0]), problem }
  }
  const tree = buildTree(document.contents, lineAt, mostValues)
  return tree.problem ? { ok: false, ...tree.problem } : { ok: true, value: tree.value }
}

function buildTree(root: Node | null, lineAt: (offset: number) => number, mostValues: number) {
  const anchored = new Map<string, Built>()
  let values = 0
  let problem: Problem | null = null

  const scalar = (line: number, value: YamlScalar['value'] = null, text = ''): YamlScalar => ({
    kind: 'scalar',
    line,
    value,
    text,
  })
  const refuse = (line: number, message: string): YamlScalar => {
    problem ??= { line, problem: message }
    return scalar(line)
  }
  const count = (line: number, size: number) => {
    values += size
    if (values > mostValues) refuse(line, `goes beyond ${mostValues.toLocaleString('en')} values, aliases resolved`)
  }

  const build = (node: Node | null, depth: number, lineAbove: number): YamlValue => {
    const line = node?.range ? lineAt(node.range[0]) : lineAbove
    if (problem) return scalar(line)
    if (depth > deepest) return refuse(line, 'is nested too deeply')
    if (node && isAlias(node)) return resolveAlias(node, line)
    const before = values
    count(line, 1)
    const value = buildPlain(node, depth, line)
    if (node?.anchor !== undefined) anchored.set(node.anchor, { value, size: values - before })
    return value
  }

  const resolveAlias = (alias: Alias, line: number): YamlValue => {
    const target = anchored.get(alias.source)
    if (!target) return refuse(line, 'holds an alias of nothing that ends before it')
    count(line, target.size)
    return target.value
  }

  const buildPlain = (node: Node | null, depth: number, line: number): YamlValue => {
    if (node && isMap(node)) return { kind: 'map', line, entries: buildEntries(node.items, depth, line) }
    if (node && isSeq(node)) {
      return { kind: 'list', line, items: node.items.map((item) => build(item as Node | null, depth + 1, line)) }
    }
    return node && isScalar(node) ? buildScalar(node.value, node.source, line) : scalar(line)
  }

  const buildScalar = (value: unknown, source: string | undefined, line: number): YamlScalar => {
    if (typeof value === 'string') {
      return value.includes('\0') ? refuse(line, 'contains a NUL character') : scalar(line, value, value)
    }
    if (typeof value === 'number' || typeof value === 'boolean') return scalar(line, value, source ?? String(value))
    return value === null ? scalar(line) : scalar(line, source ?? '', source ?? '')
  }

  const buildEntries = (pairs: readonly Pair[], depth: number, lineAbove: number): YamlEntry[] => {
    const entries = new Map<string, YamlEntry>()
    const merged: YamlEntry[] = []
    for (const pair of pairs) {
      const key = build(pair.key as Node | null, depth + 1, lineAbove)
      const value = build(pair.value as Node | null, depth + 1, key.line)
      if (key.kind !== 'scalar') refuse(key.line, 'has a key that is not a word')
      else if (isMergeKey(pair.key)) merged.push(...mergedEntries(value))
      else if (entries.has(key.text)) refuse(key.line, 'repeats a key')
      else entries.set(key.text, { key: key.text, line: key.line, value })
      if (problem) break
    }
    for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry)
    return [...entries.values()]
  }

  const mergedEntries = (value: YamlValue): readonly YamlEntry[] => {
    const maps = value.kind === 'list' ? value.items : [value]
    return maps.flatMap((map) => {
      if (map.kind === 'map') return map.entries
      refuse(map.line, 'merges (<<) what is not a map')
      return []
    })
  }

  const value = build(root, 0, 1)
  return { value, problem: problem as Problem | null }
}
