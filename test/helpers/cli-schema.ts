import * as z from 'zod'
import { readPage } from './documentation.ts'

/** What docs/schema/cli.json says, by name. */
export type SchemaName = string

type Node = unknown
type Named = Readonly<Record<string, Node>>

const isNamed = (node: Node): node is Named => typeof node === 'object' && node !== null && !Array.isArray(node)

const readDefinitions = (): Named => {
  const file: unknown = JSON.parse(readPage('docs/schema/cli.json'))
  if (!isNamed(file) || !isNamed(file.$defs)) throw new Error('docs/schema/cli.json has no $defs')
  return file.$defs
}

export const schemaNames = (): readonly SchemaName[] => Object.keys(readDefinitions())

/**
 * A parser for what one verb prints. Stricter than the schema, which lets keys be added: here a key that is not
 * described is an error, so that the description stays whole.
 */
export function cliSchema(name: SchemaName): z.ZodType {
  const definitions = readDefinitions()
  if (!(name in definitions)) throw new Error(`docs/schema/cli.json has no ${name}`)
  const root = { $defs: close(definitions, definitions), $ref: `#/$defs/${name}` }
  return z.fromJSONSchema(root as Parameters<typeof z.fromJSONSchema>[0])
}

/** Objects take no other keys, and `allOf`, which could then never match, becomes one object. */
function close(node: Node, definitions: Named): Node {
  if (Array.isArray(node)) return node.map((element) => close(element, definitions))
  if (!isNamed(node)) return node
  if (Array.isArray(node.allOf)) return close(merge(node.allOf, definitions), definitions)
  const closed = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, close(value, definitions)]))
  return node.type === 'object' ? { ...closed, additionalProperties: false } : closed
}

function merge(members: readonly Node[], definitions: Named): Named {
  const objects = members.map((member) => resolve(member, definitions))
  return {
    type: 'object',
    properties: Object.assign({}, ...objects.map(({ properties }) => properties)),
    required: objects.flatMap(({ required }) => required),
  }
}

function resolve(node: Node, definitions: Named): Named {
  const reference =
    isNamed(node) && typeof node.$ref === 'string' ? /^#\/\$defs\/(\w+)$/.exec(node.$ref)?.[1] : undefined
  const found = reference === undefined ? node : definitions[reference]
  if (!isNamed(found)) throw new Error(`docs/schema/cli.json: nothing at ${JSON.stringify(node)}`)
  return found
}
