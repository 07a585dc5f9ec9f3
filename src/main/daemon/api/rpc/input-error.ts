import type * as z from 'zod'

type Issue = z.core.$ZodIssue

/** The first thing wrong with an input: `field: reason`, or the reason alone when it is about the whole. */
export function describeInputError(error: z.ZodError): string {
  const [issue] = error.issues
  if (!issue) return 'Not valid.'
  const { path, message } = innermost(issue)
  return path.length === 0 ? message : `${path.join('.')}: ${message}`
}

/** "Invalid input" of a union helps nobody: what the best fitting of its members says does. */
function innermost(issue: Issue): { readonly path: readonly PropertyKey[]; readonly message: string } {
  if (issue.code !== 'invalid_union') return { path: issue.path, message: sizeMessage(issue) ?? issue.message }
  const [best] = [...issue.errors].sort((a, b) => a.length - b.length)
  const [first] = best ?? []
  if (!first) return issue
  const inner = innermost(first)
  return { path: [...issue.path, ...inner.path], message: inner.message }
}

/** What a limit counts; of a number it is the number itself. */
const counted: Readonly<Record<string, string>> = { string: ' characters', array: ' elements', set: ' elements' }

/** A limit that is passed, in words. */
function sizeMessage(issue: Issue): string | null {
  if (issue.code === 'too_big') return `at most ${issue.maximum}${counted[issue.origin] ?? ''} can be given`
  if (issue.code !== 'too_small') return null
  if (counted[issue.origin] !== undefined && issue.minimum === 1) return 'nothing is given'
  return `at least ${issue.minimum}${counted[issue.origin] ?? ''} must be given`
}
