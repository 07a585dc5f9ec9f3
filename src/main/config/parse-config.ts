import { type Document, isAlias, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import type * as z from 'zod'
import { type Config, configSchema, hostKeys, logKeys } from './schema.ts'

/** Something wrong in the file. `line` counts from 1; null where it is about the file as a whole. */
export type ConfigProblem = { readonly line: number | null; readonly message: string }

export type ParsedConfig =
  | { readonly ok: true; readonly config: Config }
  /** At least one, in the order of the file. */
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }

/** Aliases may make a file at most this many times as large: more is a bomb and no configuration. */
const maxAliasCount = 100
/** Of a file that is wrong all over, the first are enough. */
const maxProblems = 20

/** Reads the text of config.yaml (YAML 1.2). Every value is checked against the schema, unknown keys are problems. */
export function parseConfig(text: string): ParsedConfig {
  const lines = new LineCounter()
  // The library compares each key with every other one of its map; `repeatedKeys` looks at each once.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
  const flaws = [...document.errors, ...document.warnings]
  if (flaws.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) return tooDeep
  if (flaws.length > 0) {
    return failed(
      flaws
        .slice(0, maxProblems)
        .map(({ pos, message }) => ({ line: lines.linePos(pos[0]).line, message: firstLine(message) })),
    )
  }
  const repeated = repeatedKeys(document, lines)
  if (repeated.length > 0) return failed(repeated)
  const content = contentOf(document)
  if (!content.ok) return content
  const checked = configSchema.safeParse(content.value)
  if (checked.success) return { ok: true, config: checked.data }
  return failed(checked.error.issues.slice(0, maxProblems).flatMap((issue) => problemsOf(issue, document, lines)))
}

type NotParsed = ParsedConfig & { readonly ok: false }

/** Brackets that open a hundred thousand times end the stack of the parser. */
const tooDeep: NotParsed = { ok: false, problems: [{ line: null, message: 'is nested too deeply' }] }

function repeatedKeys(document: Document, lines: LineCounter): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = []
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>()
      for (const { key } of map.items) {
        if (!isScalar(key)) continue
        if (seen.has(key.value) && problems.length < maxProblems) {
          problems.push({
            line: lines.linePos(startOf(key) ?? 0).line,
            message: `the key "${key.value}" is there twice`,
          })
        }
        seen.add(key.value)
      }
    },
  })
  return problems
}

const failed = (problems: readonly ConfigProblem[]): ParsedConfig => ({
  ok: false,
  problems: [...problems].sort((one, other) => (one.line ?? 0) - (other.line ?? 0)).slice(0, maxProblems),
})

const firstLine = (text: string): string => text.split('\n')[0] ?? ''

/** The document as plain values; a key with nothing behind it counts as not there, as when its lines are commented out. */
function contentOf(document: Document): { readonly ok: true; readonly value: unknown } | NotParsed {
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount })
  } catch (error) {
    // What yaml throws for aliases that multiply.
    if (error instanceof ReferenceError) return aliasBomb
    throw error
  }
  if (value === null || value === undefined) return { ok: true, value: {} }
  if (typeof value !== 'object' || Array.isArray(value)) return { ok: true, value }
  return { ok: true, value: Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null)) }
}

const aliasBomb: NotParsed = {
  ok: false,
  problems: [{ line: null, message: 'uses aliases that would make it many times as large' }],
}

type Issue = z.core.$ZodIssue

function problemsOf(issue: Issue, document: Document, lines: LineCounter): readonly ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, maxProblems).map((key) => ({
      line: lineOf(document, [...issue.path, key], lines),
      message: `${issue.path.length === 0 ? '' : `${issue.path.join('.')}: `}unknown key "${key}"${known(issue.path)}`,
    }))
  }
  if (issue.path.length === 0) return [{ line: 1, message: 'must be a map: names of settings, each with its value' }]
  const messages = issue.code === 'invalid_key' ? issue.issues.map(({ message }) => message) : [issue.message]
  const line = lineOf(document, issue.path, lines)
  return messages.map((message) => ({ line, message: `${issue.path.join('.')}: ${message}` }))
}

/** The keys that there are in the place of one that there is not. */
function known(path: readonly PropertyKey[]): string {
  const within: Readonly<Record<string, readonly string[]>> = { hosts: hostKeys, logs: logKeys }
  const keys = path.length === 0 ? Object.keys(configSchema.shape) : (within[String(path[0])] ?? [])
  return keys.length === 0 ? '' : `. Known keys: ${keys.join(', ')}`
}

/** Where the key that the path ends in is written, or the nearest thing around it that is. */
function lineOf(document: Document, path: readonly PropertyKey[], lines: LineCounter): number | null {
  let node: unknown = document.contents
  let offset: number | null = null
  for (const step of path) {
    while (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      offset = startOf(pair?.key) ?? offset
      node = pair?.value
    } else {
      node = isNode(node) && 'items' in node && Array.isArray(node.items) ? node.items[Number(step)] : undefined
      offset = startOf(node) ?? offset
    }
  }
  return offset === null ? null : lines.linePos(offset).line
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined)
