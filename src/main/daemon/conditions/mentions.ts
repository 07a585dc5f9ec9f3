import type { ASTNode } from '@marcbachmann/cel-js'

/**
 * Whether a checked expression uses this variable. Elements of comprehensions cannot have the name of a variable, so the
 * name alone tells.
 */
export function mentions(node: ASTNode, variable: string): boolean {
  const open: unknown[] = [node]
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (Array.isArray(part)) open.push(...part)
    else if (isNode(part)) {
      if (part.op === 'id' && part.args === variable) return true
      open.push(part.args)
    }
  }
  return false
}

const isNode = (part: unknown): part is ASTNode => typeof part === 'object' && part !== null && 'op' in part
